// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace clams::testing {

/// Somebody asked for help: no error.
struct HelpWanted {};

/// Arguments that cannot be meant.
class WrongArguments : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a test program was called with. The program asks for all that it knows, then calls
/// `refuse_others`.
///
/// Ownership: owns the words.
/// Threads: confined.
/// Errors: throws HelpWanted from its constructor, WrongArguments from all else.
class Arguments {
 public:
  Arguments(int count, char** words) : words_(words + std::min(count, 1), words + count) {
    if (std::any_of(words_.begin(), words_.end(),
                    [](const auto& word) { return word == "--help" || word == "-h"; })) {
      throw HelpWanted{};
    }
  }

  /// Whether the flag is there.
  [[nodiscard]] bool has(std::string_view flag) { return take(flag).has_value(); }

  /// The value of `name`, which must be between the two.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                                   std::int64_t most) {
    const auto word = text(name);
    if (!word) return std::nullopt;
    return parse(name, *word, least, most);
  }

  /// The value of `name`.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) {
    const auto place = take(name);
    if (!place) return std::nullopt;
    if (*place == words_.size()) throw WrongArguments{std::string{name} + " needs a value"};
    return take_at(*place);
  }

  /// The first word that is left, a number between the two: for a program with one figure.
  [[nodiscard]] std::optional<std::int64_t> only_number(std::string_view what, std::int64_t least,
                                                        std::int64_t most) {
    if (words_.empty()) return std::nullopt;
    return parse(what, take_at(0), least, most);
  }

  void refuse_others() const {
    if (!words_.empty()) throw WrongArguments{"unknown argument " + words_.front()};
  }

 private:
  static std::int64_t parse(std::string_view name, const std::string& word, std::int64_t least,
                            std::int64_t most) {
    std::int64_t value = 0;
    const char* const end = word.data() + word.size();
    const auto [rest, problem] = std::from_chars(word.data(), end, value);
    if (problem == std::errc{} && rest == end && value >= least && value <= most) return value;
    throw WrongArguments{std::string{name} + " is " + word + ", but must be a number from " +
                         std::to_string(least) + " to " + std::to_string(most)};
  }

  /// Removes the word. @return where it stood.
  std::optional<std::size_t> take(std::string_view word) {
    const auto found = std::find(words_.begin(), words_.end(), word);
    if (found == words_.end()) return std::nullopt;
    const auto place = static_cast<std::size_t>(found - words_.begin());
    words_.erase(found);
    return place;
  }
  std::string take_at(std::size_t place) {
    std::string word = words_[place];
    words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(place));
    return word;
  }

  std::vector<std::string> words_;
};

/// The exit status of `run`: 0 with `usage` printed if help is wanted, 2 for wrong arguments, 1 if
/// it throws anything else; both are told on one line.
template <typename Run>
int run_program(std::string_view name, std::string_view usage, Run run) {
  try {
    return run();
  } catch (const HelpWanted&) {
    std::cout << "usage: " << name << (usage.empty() ? "" : " ") << usage << '\n';
    return 0;
  } catch (const WrongArguments& error) {
    std::cerr << name << ": " << error.what() << "; try " << name << " --help\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace clams::testing
