// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/envelope.hpp>
#include <clams/params/envelope_parameters.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json_reader.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace clams {

namespace detail {

/// The two members of an envelope as slices of the body; of members that come twice, the last.
struct EnvelopeSlices {
  std::optional<std::string_view> parameters;
  std::optional<std::string_view> mmif;
};

/// Finds them in one pass over the body. A body that is no object has neither.
CLAMS_INLINE EnvelopeSlices find_envelope_slices(std::string_view body) {
  EnvelopeSlices slices;
  JsonReader reader{body};
  if (reader.peek() != JsonReader::Kind::object) return slices;
  reader.read_object([&](std::string_view key) {
    const bool is_parameters = key == "parameters";
    const bool is_mmif = key == "mmif";
    const std::string_view value = reader.skip_value();
    if (is_parameters) slices.parameters = value;
    if (is_mmif) slices.mmif = value;
  });
  reader.expect_end();
  return slices;
}

}  // namespace detail

CLAMS_INLINE RequestBody open_envelope(std::string body) {
  const detail::EnvelopeSlices slices = detail::find_envelope_slices(body);
  if (!slices.parameters) return {.mmif = std::move(body), .parameters = {}};
  RawParameters parameters = read_envelope_parameters(parse_json(*slices.parameters));
  if (!slices.mmif) {
    throw Error{ErrorCode::invalid_input, "Envelope is missing required \"mmif\" key"};
  }
  return {.mmif = std::string{*slices.mmif}, .parameters = std::move(parameters)};
}

}  // namespace clams
