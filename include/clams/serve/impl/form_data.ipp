// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/form_data.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace clams {

namespace detail {

[[noreturn]] CLAMS_INLINE void refuse_form(const std::string& why) {
  throw Error{ErrorCode::invalid_input, "multipart/form-data: " + why};
}

CLAMS_INLINE std::string lower_form_text(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

CLAMS_INLINE std::string_view trim_form_text(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A header's value with its parameters: `form-data; name="a"`.
///
/// Ownership: refers to the text.
/// Threads: confined.
/// Errors: throws Error invalid_input for parameters that are not written so.
class FormHeader {
 public:
  explicit FormHeader(std::string_view text) {
    const auto end = std::min(text.find(';'), text.size());
    value_ = lower_form_text(trim_form_text(text.substr(0, end)));
    rest_ = text.substr(end);
    while (!rest_.empty()) read_parameter();
  }

  [[nodiscard]] const std::string& value() const noexcept { return value_; }
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const {
    const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                    [name](const auto& known) { return known.first == name; });
    if (found == parameters_.end()) return std::nullopt;
    return found->second;
  }

 private:
  // At a `;`.
  void read_parameter() {
    rest_.remove_prefix(1);
    const auto equals = rest_.find('=');
    if (equals == std::string_view::npos) {
      if (!trim_form_text(rest_).empty()) refuse_form("a parameter has no value");
      rest_ = {};
      return;
    }
    std::string name = lower_form_text(trim_form_text(rest_.substr(0, equals)));
    rest_.remove_prefix(equals + 1);
    rest_ = rest_.substr(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    const bool quoted = rest_.starts_with('"');
    parameters_.emplace_back(std::move(name), quoted ? read_quoted() : read_token());
  }

  // Browsers write `"` in names as `%22`, other clients as `\"`.
  [[nodiscard]] std::string read_quoted() {
    std::string text;
    std::size_t i = 1;
    for (; i < rest_.size() && rest_[i] != '"'; ++i) {
      const bool escaped =
          rest_[i] == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '"' || rest_[i + 1] == '\\');
      if (escaped) ++i;
      text += rest_[i];
    }
    if (i >= rest_.size()) refuse_form("a quotation mark is not closed");
    rest_.remove_prefix(i + 1);
    const auto next = rest_.find_first_not_of(" \t");
    if (next != std::string_view::npos && rest_[next] != ';') {
      refuse_form("something stands between a quoted text and the next ';'");
    }
    rest_ = next == std::string_view::npos ? std::string_view{} : rest_.substr(next);
    return text;
  }

  [[nodiscard]] std::string read_token() {
    const auto end = std::min(rest_.find(';'), rest_.size());
    std::string text{trim_form_text(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    return text;
  }

  std::string value_;
  std::string_view rest_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

CLAMS_INLINE std::string form_boundary(std::string_view content_type) {
  constexpr std::size_t kLongest = 70;  // RFC 2046
  const FormHeader header{content_type};
  if (header.value() != "multipart/form-data") {
    throw Error{ErrorCode::invalid_input, "the content type is '" + header.value() +
                                              "', where multipart/form-data is needed"};
  }
  std::string boundary = header.parameter("boundary").value_or("");
  if (boundary.empty() || boundary.size() > kLongest) {
    refuse_form("the content type must name a boundary of 1 to 70 characters");
  }
  return boundary;
}

/// Without any folders that a client may have sent along.
CLAMS_INLINE std::string plain_file_name(const std::string& name) {
  const auto slash = name.find_last_of("/\\");
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

CLAMS_INLINE void read_form_header(http::FormPart& part, std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) refuse_form("a part has a header line without ':'");
  const std::string name = lower_form_text(line.substr(0, colon));
  const std::string_view value = trim_form_text(line.substr(colon + 1));
  if (name == "content-type") part.content_type = value;
  if (name != "content-disposition") return;
  const FormHeader header{value};
  if (header.value() != "form-data") refuse_form("a part's disposition is not form-data");
  part.name = header.parameter("name").value_or("");
  if (const auto filename = header.parameter("filename"))
    part.filename = plain_file_name(*filename);
}

/// A part without its boundary: header lines, an empty line, content.
CLAMS_INLINE http::FormPart read_form_part(std::string_view text, const http::FormLimits& limits) {
  constexpr std::size_t kLongestHead = 8192;
  http::FormPart part;
  const std::string_view whole = text;
  while (true) {
    const auto end = text.find("\r\n");
    const auto head = static_cast<std::size_t>(text.data() - whole.data());
    if (end == std::string_view::npos || head + end > kLongestHead) {
      refuse_form("the header of a part has no end");
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) break;
    read_form_header(part, line);
  }
  if (part.name.empty()) refuse_form("a part has no name");
  if (!part.filename && text.size() > limits.field) {
    refuse_form("field '" + part.name + "' is larger than " + std::to_string(limits.field) +
                " bytes");
  }
  part.content = text;
  return part;
}

}  // namespace detail

namespace http {

CLAMS_INLINE std::vector<FormPart> parse_form_data(std::string_view content_type,
                                                   std::string_view body,
                                                   const FormLimits& limits) {
  const std::string opening = "--" + detail::form_boundary(content_type);
  const std::string delimiter = "\r\n" + opening;
  // What stands before the first boundary is for nobody.
  const bool at_once = body.starts_with(opening);
  const auto start = at_once ? 0 : body.find(delimiter);
  if (start == std::string_view::npos) detail::refuse_form("the boundary does not occur");
  body.remove_prefix(start + (at_once ? opening.size() : delimiter.size()));
  std::vector<FormPart> parts;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) detail::refuse_form("a boundary is followed by other text");
    body.remove_prefix(2);
    const auto end = body.find(delimiter);
    if (end == std::string_view::npos) detail::refuse_form("the last boundary is missing");
    if (parts.size() == limits.parts) {
      detail::refuse_form("there are more than " + std::to_string(limits.parts) + " parts");
    }
    parts.push_back(detail::read_form_part(body.substr(0, end), limits));
    body.remove_prefix(end + delimiter.size());
  }
  return parts;
}

CLAMS_INLINE const FormPart* find_part(const std::vector<FormPart>& parts, std::string_view name) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [name](const FormPart& part) { return part.name == name; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace http
}  // namespace clams
