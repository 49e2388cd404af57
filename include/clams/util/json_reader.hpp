// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace clams {

/// Reads JSON text piece by piece, front to back, in one pass and without a tree: what the caller
/// does not want is checked and skipped, and comes back as the slice of the text that it is. This
/// is how large documents are passed through letter by letter.
///
///     reader.read_object([&](std::string_view key) {
///       if (key == "id") id = reader.read_string(); else reader.skip_value();
///     });
///
/// Ownership: borrows the text, which must outlive the reader and all slices it returned.
/// Threads: confined.
/// Errors: everything throws Error invalid_input with line and column for text that is not JSON, is
/// not UTF-8,
///   or is nested deeper than kDepthLimit; and for a value of another kind than the one asked for.
class JsonReader {
 public:
  enum class Kind { object, array, string, number, boolean, null };

  /// Deep enough for any MMIF, shallow enough for any stack.
  static constexpr int kDepthLimit = 200;

  explicit JsonReader(std::string_view text) : text_(text) {}

  /// The kind of the value that comes next.
  [[nodiscard]] Kind peek();

  /// Reads an object: calls `on_member(key)` for each, which must consume the value. The key is
  /// valid until the next call of this reader.
  template <typename OnMember>
  void read_object(OnMember on_member) {
    enter('{', "an object");
    for (bool more = !leave_if('}'); more; more = !end_of_item('}')) on_member(read_key());
  }

  /// Reads an array: calls `on_element()` for each, which must consume the value.
  template <typename OnElement>
  void read_array(OnElement on_element) {
    enter('[', "an array");
    for (bool more = !leave_if(']'); more; more = !end_of_item(']')) on_element();
  }

  /// Reads a string, escapes undone. Lone surrogates are kept, as three bytes each.
  [[nodiscard]] std::string read_string();

  /// Reads any value into a tree.
  [[nodiscard]] Json read_value();

  /// Checks any value without keeping it; returns its text.
  std::string_view skip_value();

  /// Skips the next value if `find_end(begin, end, levels)` finds where it ends, who may go down so
  /// many levels of nesting, and has checked it then. @return its text; empty if it gave null.
  template <typename FindEnd>
  std::string_view skip_by(FindEnd find_end) {
    skip_space();
    const char* const begin = text_.data() + position_;
    const char* const end = find_end(begin, text_.data() + text_.size(), kDepthLimit - depth_);
    const std::size_t length = end == nullptr ? 0 : static_cast<std::size_t>(end - begin);
    position_ += length;
    return {begin, length};
  }

  /// @throws Error unless only white space is left.
  void expect_end();

  /// Bytes consumed so far, white space before the next value included after peek().
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  /// An Error for this place in the text: `message` with line and column.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  std::string_view check_value();  // as skip_value; slower, and says what is wrong
  void skip_space() noexcept;
  void enter(char bracket, const char* what);
  bool leave_if(char bracket);
  bool end_of_item(char bracket);
  std::string_view read_key();
  std::string_view scan_string();  // the raw text between the quotes, checked
  std::string_view scan_number();
  void scan_escape();
  void scan_code_point();
  std::size_t scan_digits() noexcept;
  void expect_word(std::string_view word);
  Json read_number();
  [[nodiscard]] char current() const noexcept {
    return position_ < text_.size() ? text_[position_] : '\0';
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
  std::string key_;  // holds a key that had escapes
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/json_reader.ipp>
#endif
