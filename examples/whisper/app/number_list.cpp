// SPDX-License-Identifier: Apache-2.0
#include "app/number_list.hpp"

#include <clams/util/error.hpp>

#include <charconv>
#include <cmath>
#include <system_error>

namespace whisper {

namespace {

double parse_number(std::string_view text, const std::string& what) {
  const auto first = text.find_first_not_of(' ');
  const auto last = text.find_last_not_of(' ');
  if (first != std::string_view::npos) text = text.substr(first, last - first + 1);
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc{} || stop != end || text.empty() || !std::isfinite(number)) {
    throw clams::Error{clams::ErrorCode::invalid_parameter,
                       what + ": '" + std::string{text} + "' is not a number"};
  }
  return number;
}

}  // namespace

std::vector<double> parse_number_list(std::string_view text, const std::string& what) {
  std::vector<double> numbers;
  while (!text.empty()) {
    const auto comma = text.find(',');
    numbers.push_back(parse_number(text.substr(0, comma), what));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) numbers.push_back(parse_number(text, what));
  }
  return numbers;
}

}  // namespace whisper
