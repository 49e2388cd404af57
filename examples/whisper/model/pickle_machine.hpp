// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/byte_reader.hpp"
#include "model/pickle.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whisper {

/// Runs the operations of a pickle, of which only those that make plain data are known.
///
/// Ownership: borrows the bytes and the list of what is allowed; owns the values made.
/// Threads: confined.
/// Errors: clams::Error invalid_input naming the file, the place, and what is wrong there.
class PickleMachine {
 public:
  PickleMachine(std::span<const std::byte> bytes, const std::string& file,
                std::span<const std::string_view> allowed)
      : reader_(file, bytes), allowed_(allowed) {}

  /// Runs to the end. @return the index of the result
  std::uint32_t run();

  [[nodiscard]] std::vector<PickleValue> take_values() { return std::move(values_); }

 private:
  using Kind = PickleValue::Kind;

  void execute(unsigned char operation);
  bool make_scalar(unsigned char operation);
  bool make_container(unsigned char operation);
  bool use_memo(unsigned char operation);

  void push(PickleValue value);
  void push_integer(std::int64_t integer) { push({.kind = Kind::integer, .integer = integer}); }
  void push_long();
  void push_global();
  void push_tuple(std::size_t size);
  std::uint32_t pop();
  std::vector<std::uint32_t> pop_last(std::size_t count);
  std::vector<std::uint32_t> pop_to_mark();
  PickleValue& top(Kind kind, std::string_view what);
  void add_to_dictionary(const std::vector<std::uint32_t>& items);
  void add_to_list(const std::vector<std::uint32_t>& items);
  void call();
  void remember(std::uint32_t slot);
  void recall(std::uint32_t slot);

  ByteReader reader_;
  std::span<const std::string_view> allowed_;
  std::vector<PickleValue> values_;
  std::vector<std::uint32_t> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::map<std::uint32_t, std::uint32_t> memo_;
};

}  // namespace whisper
