// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// One value of a pickle. Values refer to each other by their index in the Pickle: one may stand in
/// several places, and even within itself.
struct PickleValue {
  enum class Kind {
    none,
    boolean,
    integer,
    real,
    text,
    tuple,
    list,
    dictionary,  ///< items: key, value, key, value...
    global,      ///< text: `module.name`
    call,        ///< text: the function's `module.name`; items: the arguments. Nothing was called.
    persistent   ///< items: the one value that names an object outside the pickle
  };
  Kind kind = Kind::none;
  std::int64_t integer = 0;  ///< of integers and booleans
  std::string_view text = {};
  std::vector<std::uint32_t> items = {};
};

/// The values of a Python pickle, of protocol 2 as PyTorch writes it. Nothing in it is executed:
/// functions that it names must be among those allowed, and their calls come back as data.
///
/// Ownership: owns the values; their texts point into the bytes read.
/// Threads: immutable once read.
/// Errors: the constructor throws clams::Error invalid_input naming the file for bytes that are
///   truncated or damaged, more values than a checkpoint can have, and functions or operations
///   that a checkpoint does not need.
class Pickle {
 public:
  /// @param allowed the `module name` of each class or function that may be named
  Pickle(std::span<const std::byte> bytes, const std::string& file,
         std::span<const std::string_view> allowed);

  [[nodiscard]] const PickleValue& root() const { return values_[root_]; }
  [[nodiscard]] const PickleValue& value(std::uint32_t index) const { return values_[index]; }

  /// The value of a dictionary's key; null if there is none or `dictionary` is no dictionary.
  [[nodiscard]] const PickleValue* find(const PickleValue& dictionary, std::string_view key) const;

 private:
  std::vector<PickleValue> values_;
  std::uint32_t root_ = 0;
};

}  // namespace whisper
