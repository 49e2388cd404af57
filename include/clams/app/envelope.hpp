// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/raw_parameters.hpp>

#include <string>

namespace clams {

/// A request body, taken apart.
struct RequestBody {
  std::string mmif;          ///< the text of the MMIF, letter by letter as it came
  RawParameters parameters;  ///< of the envelope; empty for a plain MMIF
};

/// Unwraps a body: an object with a top-level key `parameters` is an envelope,
/// `{"parameters": {...}, "mmif": {...}}`; everything else counts as MMIF and is not looked into.
/// @throws Error invalid_input for an envelope whose `parameters` is no object or that has no
/// `mmif`,
///   and for a body that is not JSON.
[[nodiscard]] RequestBody open_envelope(std::string body);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/envelope.ipp>
#endif
