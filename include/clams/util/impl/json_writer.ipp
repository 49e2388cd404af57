// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/json_writer.hpp>

#include <algorithm>
#include <cstdint>

namespace clams {

CLAMS_INLINE JsonWriter::JsonWriter(std::string& out, JsonLayout layout, JsonSpelling spelling)
    : out_(out),
      layout_(layout),
      spelling_(spelling),
      between_items_(layout == JsonLayout::compact && spelling == JsonSpelling::mmif ? ", " : ","),
      behind_key_(layout == JsonLayout::pretty || spelling == JsonSpelling::mmif ? ": " : ":") {}

CLAMS_INLINE void JsonWriter::new_line() {
  if (layout_ == JsonLayout::compact) return;
  out_ += '\n';
  out_.append(2 * has_items_.size(), ' ');
}

CLAMS_INLINE void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back() != 0) out_ += between_items_;
  has_items_.back() = 1;
  new_line();
}

CLAMS_INLINE void JsonWriter::open(char bracket) {
  before_value();
  out_ += bracket;
  has_items_.push_back(0);
}

CLAMS_INLINE void JsonWriter::close(char bracket) {
  const bool had_items = has_items_.back() != 0;
  has_items_.pop_back();
  if (had_items) new_line();
  out_ += bracket;
}

CLAMS_INLINE void JsonWriter::key(std::string_view name) {
  before_value();
  append_json_string(out_, name, spelling_);
  out_ += behind_key_;
  after_key_ = true;
}

CLAMS_INLINE void JsonWriter::text(std::string_view text) {
  before_value();
  append_json_string(out_, text, spelling_);
}

CLAMS_INLINE void JsonWriter::value(const Json& value) {
  if (value.is_object()) {
    begin_object();
    for (const auto& [name, member] : value.get_ref<const Json::object_t&>()) {
      key(name);
      this->value(member);
    }
    return end_object();
  }
  if (value.is_array()) {
    begin_array();
    for (const Json& element : value) this->value(element);
    return end_array();
  }
  if (value.is_string()) return text(value.get_ref<const std::string&>());
  before_value();
  switch (value.type()) {
    case Json::value_t::boolean: out_ += value.get<bool>() ? "true" : "false"; return;
    case Json::value_t::number_integer: out_ += std::to_string(value.get<std::int64_t>()); return;
    case Json::value_t::number_unsigned: out_ += std::to_string(value.get<std::uint64_t>()); return;
    case Json::value_t::number_float: out_ += float_text(value.get<double>()); return;
    default: out_ += exact_number_text(value).value_or("null"); return;
  }
}

CLAMS_INLINE void JsonWriter::verbatim(std::string_view json) {
  before_value();
  out_ += json;
}

CLAMS_INLINE void JsonWriter::relaid(std::string_view json) {
  const bool is_compact = json.find('\n') == std::string_view::npos;
  if (layout_ == JsonLayout::compact && is_compact) return verbatim(json);
  relay_tokens(json);
}

CLAMS_INLINE void JsonWriter::relay_tokens(std::string_view json) {
  constexpr std::string_view kEndOfScalar = ",:]} \t\r\n";
  std::size_t at = 0;
  while (at < json.size()) {
    const char c = json[at];
    std::size_t end = at + 1;
    if (c == '{' || c == '[') {
      open(c);
    } else if (c == '}' || c == ']') {
      close(c);
    } else if (c == ':') {
      out_ += ": ";
      after_key_ = true;
    } else if (c == '"') {
      while (json[end] != '"') end += json[end] == '\\' ? 2U : 1U;
      verbatim(json.substr(at, ++end - at));
    } else if (kEndOfScalar.find(c) == std::string_view::npos) {
      end = std::min(json.find_first_of(kEndOfScalar, at), json.size());
      verbatim(json.substr(at, end - at));
    }
    at = end;
  }
}

CLAMS_INLINE std::string write_json(const Json& value, JsonLayout layout, JsonSpelling spelling) {
  std::string text;
  JsonWriter(text, layout, spelling).value(value);
  return text;
}

}  // namespace clams
