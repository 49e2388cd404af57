// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request body: refused, taken as it is, or taken apart into what stands in it.
#include "fuzz/fuzz.hpp"
#include <clams/app/envelope.hpp>
#include <clams/util/json.hpp>
#include <clams/util/utf8.hpp>

using clams::ErrorCode;
using clams::testing::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body{clams::testing::text_of(data, size)};
  clams::RequestBody request;
  const bool is_good = clams::testing::succeeds(ErrorCode::invalid_input,
                                                [&] { request = clams::open_envelope(body); });
  if (!is_good) return 0;
  require(body.find(request.mmif) != std::string::npos, "the MMIF is not what came");
  if (request.mmif == body) return 0;
  (void)clams::parse_json(request.mmif);
  require(clams::open_envelope(body).parameters == request.parameters, "read in two ways");
  (void)request.parameters.python_repr();
  return 0;
}
