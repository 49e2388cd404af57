// SPDX-License-Identifier: Apache-2.0
// Any bytes as a query's parameters, cast to each type: refused, or a value that can be written.
#include "fuzz/fuzz.hpp"
#include <clams/params/casting.hpp>
#include <clams/params/parameter_spec.hpp>
#include <clams/params/raw_parameters.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/json.hpp>

#include <vector>

using clams::ErrorCode;
using clams::ParameterSpec;
using clams::ParameterType;
using clams::testing::require;
using clams::testing::succeeds;

namespace {

constexpr auto kTypes = {ParameterType::integer, ParameterType::number, ParameterType::string,
                         ParameterType::boolean, ParameterType::map};

void check_cast(ParameterType type, const std::string& text) {
  clams::Json value;
  if (!succeeds(ErrorCode::invalid_parameter, [&] { value = clams::cast_parameter(type, text); })) {
    return;
  }
  const std::string written = clams::write_json(value);
  require(clams::write_json(clams::parse_json(written)) == written, "a value changes on the wire");
}

clams::Json default_of(ParameterType type) {
  return type == ParameterType::boolean ? clams::Json(false) : clams::Json::array();
}

std::vector<ParameterSpec> specs() {
  std::vector<ParameterSpec> all;
  for (const ParameterType type : kTypes) {
    const std::string name(1, static_cast<char>('a' + all.size()));
    all.push_back(clams::settle_parameter({.name = name,
                                           .description = name,
                                           .type = type,
                                           .default_value = default_of(type),
                                           .multivalued = type != ParameterType::boolean}));
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto raw = clams::query_parameters(clams::testing::text_of(data, size));
  for (const auto& [name, values] : raw) {
    for (const ParameterType type : kTypes) {
      check_cast(type, name);  // any text will do
      for (const std::string& value : values) check_cast(type, value);
    }
  }
  static const std::vector<ParameterSpec> all = specs();
  (void)succeeds(ErrorCode::invalid_parameter,
                 [&] { (void)clams::write_json(clams::refine_parameters(all, raw).to_json()); });
  require(raw.python_repr().starts_with('{'), "a dict is not printed as one");
  return 0;
}
