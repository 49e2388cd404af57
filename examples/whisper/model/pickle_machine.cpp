// SPDX-License-Identifier: Apache-2.0
#include "model/pickle_machine.hpp"

#include "model/format_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace whisper {

namespace {

constexpr std::size_t kMostValues = 1'000'000;  // large-v3 has some 15,000

constexpr std::size_t kMostArguments = 16;  // they are copied: a few calls could fill the memory

// The operations of pickle protocol 2, by their names in Python's pickletools.
enum Operation : unsigned char {
  op_mark = '(',
  op_stop = '.',
  op_proto = 0x80,
  op_pop = '0',
  op_none = 'N',
  op_new_true = 0x88,
  op_new_false = 0x89,
  op_bin_int = 'J',
  op_bin_int1 = 'K',
  op_bin_int2 = 'M',
  op_long1 = 0x8a,
  op_bin_float = 'G',
  op_bin_unicode = 'X',
  op_empty_tuple = ')',
  op_tuple1 = 0x85,
  op_tuple2 = 0x86,
  op_tuple3 = 0x87,
  op_tuple = 't',
  op_empty_list = ']',
  op_append = 'a',
  op_appends = 'e',
  op_empty_dict = '}',
  op_set_item = 's',
  op_set_items = 'u',
  op_bin_put = 'q',
  op_long_bin_put = 'r',
  op_bin_get = 'h',
  op_long_bin_get = 'j',
  op_global = 'c',
  op_reduce = 'R',
  op_build = 'b',
  op_bin_pers_id = 'Q',
};

}  // namespace

std::uint32_t PickleMachine::run() {
  for (;;) {
    const auto operation = reader_.number<unsigned char>();
    if (operation == op_stop) break;
    execute(operation);
  }
  return pop();
}

void PickleMachine::execute(unsigned char operation) {
  if (make_scalar(operation) || make_container(operation) || use_memo(operation)) return;
  switch (operation) {
    case op_proto: {
      const auto protocol = reader_.number<unsigned char>();
      if (protocol > 2) reader_.fail(fmt::format("pickle protocol {} instead of 2", protocol));
      break;
    }
    case op_mark: marks_.push_back(stack_.size()); break;
    case op_pop: static_cast<void>(pop()); break;
    case op_global: push_global(); break;
    case op_reduce: call(); break;
    case op_build:  // attributes of an OrderedDict, which mean nothing here
      static_cast<void>(pop());
      static_cast<void>(top(Kind::dictionary, "dictionary to give attributes to"));
      break;
    case op_bin_pers_id: push({.kind = Kind::persistent, .items = {pop()}}); break;
    default:
      reader_.fail(
          fmt::format("the pickle has the operation {:#04x}, which no Whisper checkpoint "
                      "needs: it is not executed",
                      operation));
  }
}

bool PickleMachine::make_scalar(unsigned char operation) {
  switch (operation) {
    case op_none: push({}); return true;
    case op_new_true: push({.kind = Kind::boolean, .integer = 1}); return true;
    case op_new_false: push({.kind = Kind::boolean}); return true;
    case op_bin_int: push_integer(reader_.number<std::int32_t>()); return true;
    case op_bin_int1: push_integer(reader_.number<std::uint8_t>()); return true;
    case op_bin_int2: push_integer(reader_.number<std::uint16_t>()); return true;
    case op_long1: push_long(); return true;
    case op_bin_float:
      static_cast<void>(reader_.take(sizeof(double)));
      push({.kind = Kind::real});
      return true;
    case op_bin_unicode:
      push({.kind = Kind::text, .text = reader_.text(reader_.number<std::uint32_t>())});
      return true;
    default: return false;
  }
}

bool PickleMachine::make_container(unsigned char operation) {
  switch (operation) {
    case op_empty_tuple: push({.kind = Kind::tuple}); return true;
    case op_tuple1: push_tuple(1); return true;
    case op_tuple2: push_tuple(2); return true;
    case op_tuple3: push_tuple(3); return true;
    case op_tuple: push({.kind = Kind::tuple, .items = pop_to_mark()}); return true;
    case op_empty_list: push({.kind = Kind::list}); return true;
    case op_append: add_to_list(pop_last(1)); return true;
    case op_appends: add_to_list(pop_to_mark()); return true;
    case op_empty_dict: push({.kind = Kind::dictionary}); return true;
    case op_set_item: add_to_dictionary(pop_last(2)); return true;
    case op_set_items: add_to_dictionary(pop_to_mark()); return true;
    default: return false;
  }
}

bool PickleMachine::use_memo(unsigned char operation) {
  switch (operation) {
    case op_bin_put: remember(reader_.number<std::uint8_t>()); return true;
    case op_long_bin_put: remember(reader_.number<std::uint32_t>()); return true;
    case op_bin_get: recall(reader_.number<std::uint8_t>()); return true;
    case op_long_bin_get: recall(reader_.number<std::uint32_t>()); return true;
    default: return false;
  }
}

void PickleMachine::push(PickleValue value) {
  if (values_.size() == kMostValues) {
    reader_.fail(fmt::format("the pickle has more than {} values", kMostValues));
  }
  stack_.push_back(static_cast<std::uint32_t>(values_.size()));
  values_.push_back(std::move(value));
}

void PickleMachine::push_long() {
  const auto bytes = reader_.take(reader_.number<std::uint8_t>());
  if (bytes.size() > sizeof(std::int64_t)) reader_.fail("the pickle has a number beyond 64 bits");
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8U | std::to_integer<std::uint64_t>(bytes[i]);
  }
  const bool is_negative = !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{0};
  if (is_negative && bytes.size() < sizeof(number)) number |= ~std::uint64_t{0} << 8 * bytes.size();
  push_integer(static_cast<std::int64_t>(number));
}

void PickleMachine::push_global() {
  const auto module = reader_.text_until('\n');
  const auto name = reader_.text_until('\n');
  const auto both = fmt::format("{}.{}", module, name);
  const auto known = std::ranges::find(allowed_, both);
  if (known == allowed_.end()) {
    reader_.fail(
        fmt::format("the pickle asks for {}, which no Whisper checkpoint needs: it is not "
                    "executed",
                    shown(both)));
  }
  push({.kind = Kind::global, .text = *known});
}

void PickleMachine::push_tuple(std::size_t size) {
  push({.kind = Kind::tuple, .items = pop_last(size)});
}

std::uint32_t PickleMachine::pop() { return pop_last(1).front(); }

std::vector<std::uint32_t> PickleMachine::pop_last(std::size_t count) {
  const std::size_t bottom = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() < bottom + count) reader_.fail("the pickle takes more values than it made");
  const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
  std::vector<std::uint32_t> items{first, stack_.end()};
  stack_.erase(first, stack_.end());
  return items;
}

std::vector<std::uint32_t> PickleMachine::pop_to_mark() {
  if (marks_.empty()) reader_.fail("the pickle takes values up to a mark that is not there");
  auto items = pop_last(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

PickleValue& PickleMachine::top(Kind kind, std::string_view what) {
  if (stack_.empty() || values_[stack_.back()].kind != kind) {
    reader_.fail(fmt::format("the pickle has no {}", what));
  }
  return values_[stack_.back()];
}

void PickleMachine::add_to_dictionary(const std::vector<std::uint32_t>& items) {
  auto& into = top(Kind::dictionary, "dictionary to add to").items;
  if (items.size() % 2 != 0) reader_.fail("the pickle has a key without a value");
  into.insert(into.end(), items.begin(), items.end());
}

void PickleMachine::add_to_list(const std::vector<std::uint32_t>& items) {
  auto& into = top(Kind::list, "list to add to").items;
  into.insert(into.end(), items.begin(), items.end());
}

void PickleMachine::call() {
  const auto parts = pop_last(2);
  const PickleValue& function = values_[parts[0]];
  const PickleValue& arguments = values_[parts[1]];
  if (function.kind != Kind::global || arguments.kind != Kind::tuple) {
    reader_.fail("the pickle calls what is no function");
  }
  if (arguments.items.size() > kMostArguments) reader_.fail("the pickle has an endless call");
  const bool makes_dictionary =
      function.text == "collections.OrderedDict" && arguments.items.empty();
  if (makes_dictionary) {
    push({.kind = Kind::dictionary});
  } else {
    push({.kind = Kind::call, .text = function.text, .items = arguments.items});
  }
}

void PickleMachine::remember(std::uint32_t slot) {
  if (stack_.empty()) reader_.fail("the pickle remembers a value that is not there");
  memo_[slot] = stack_.back();
}

void PickleMachine::recall(std::uint32_t slot) {
  const auto found = memo_.find(slot);
  if (found == memo_.end()) {
    reader_.fail(fmt::format("the pickle recalls value {}, which it never made", slot));
  }
  stack_.push_back(found->second);
}

}  // namespace whisper
