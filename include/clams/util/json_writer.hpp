// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <string>
#include <string_view>

namespace clams {

/// Writes JSON text piece by piece, without a tree: separators and indentation come by themselves.
///
///     writer.begin_object();
///     writer.key("id");
///     writer.value(id);
///     writer.end_object();
///
/// Ownership: borrows the string that it appends to.
/// Threads: confined.
/// Errors: `value` throws Error internal for NaN and infinities. Calls out of order give text that
/// is not
///   JSON; that is the caller's defect.
class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonLayout layout, JsonSpelling spelling);

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  /// The name of the member whose value comes next.
  void key(std::string_view name);

  void value(const Json& value);
  void text(std::string_view text);

  /// A value that is JSON text already, letter by letter.
  void verbatim(std::string_view json);

  /// A value that is JSON text already: every token as it is spelled, white space as this writer's
  /// layout wants it. Text without line breaks counts as compact.
  void relaid(std::string_view json);

 private:
  void open(char bracket);
  void close(char bracket);
  void before_value();
  void new_line();
  void relay_tokens(std::string_view json);

  std::string& out_;
  JsonLayout layout_;
  JsonSpelling spelling_;
  std::string_view between_items_;
  std::string_view behind_key_;
  std::string has_items_;  // 0 or 1 for each open container; a short string needs no allocation
  bool after_key_ = false;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/json_writer.ipp>
#endif
