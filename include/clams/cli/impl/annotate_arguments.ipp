// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/annotate_arguments.hpp>
#include <clams/params/casting.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>
#include <clams/util/nearest_name.hpp>
#include <clams/util/python_text.hpp>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace clams::detail {

inline constexpr std::string_view kHelpFlag = "--help";

[[noreturn]] CLAMS_INLINE void refuse_argument(const std::string& flag,
                                               const std::string& problem) {
  throw Error{ErrorCode::usage, "argument " + flag + ": " + problem};
}

// `-5`, `-.5`: a value, although it begins like a flag.
CLAMS_INLINE bool is_negative_number(std::string_view text) {
  text.remove_prefix(1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  if (!std::all_of(whole.begin(), whole.end(), is_digit)) return false;
  if (point == std::string_view::npos) return !text.empty();
  const auto fraction = text.substr(point + 1);
  return !fraction.empty() && std::all_of(fraction.begin(), fraction.end(), is_digit);
}

// What has a blank in its name is a sentence that happens to begin with a dash.
CLAMS_INLINE bool looks_like_flag(std::string_view text) {
  return text.size() > 1 && text.front() == '-' && !is_negative_number(text) &&
         text.substr(0, text.find('=')).find(' ') == std::string_view::npos;
}

CLAMS_INLINE bool is_choice(const ParameterSpec& spec, const std::string& text) {
  try {
    const Json value = cast_parameter(spec.type, text);
    return std::any_of(spec.choices.begin(), spec.choices.end(), [&](const Json& choice) {
      const Json same_type =
          choice.is_string() ? cast_parameter(spec.type, choice.get<std::string>()) : choice;
      return equal_values(value, same_type);
    });
  } catch (const Error&) {
    return false;  // what is not of the type is not among the choices either
  }
}

/// Reads the arguments from the first to the last.
///
/// Ownership: borrows arguments and specs.
/// Threads: confined.
/// Errors: throws Error usage.
class AnnotateArgumentReader {
 public:
  AnnotateArgumentReader(const std::vector<std::string>& arguments,
                         const std::vector<ParameterSpec>& specs)
      : arguments_(arguments), specs_(specs) {
    for (const ParameterSpec& spec : specs) flags_.push_back("--" + spec.name);
    flags_.emplace_back(kHelpFlag);
  }

  [[nodiscard]] AnnotateArguments read();

 private:
  void read_flag();
  void read_value(const ParameterSpec& spec, std::optional<std::string> attached);
  void read_file(const std::string& path);
  void check_choice(const ParameterSpec& spec, const std::string& value) const;
  [[nodiscard]] bool next_is_value() const;
  [[nodiscard]] std::string full_flag(const std::string& given) const;
  [[nodiscard]] const ParameterSpec& spec_of(const std::string& flag) const;

  const std::vector<std::string>& arguments_;
  const std::vector<ParameterSpec>& specs_;
  std::vector<std::string> flags_;
  std::size_t next_ = 0;
  std::map<std::string, std::vector<std::string>> values_;
  AnnotateArguments result_;
};

CLAMS_INLINE AnnotateArguments AnnotateArgumentReader::read() {
  while (next_ < arguments_.size() && arguments_[next_] != "--") {
    if (looks_like_flag(arguments_[next_])) {
      read_flag();
    } else {
      read_file(arguments_[next_++]);
    }
  }
  if (next_ < arguments_.size()) ++next_;
  while (next_ < arguments_.size()) read_file(arguments_[next_++]);
  for (const ParameterSpec& spec : specs_) {
    const auto found = values_.find(spec.name);
    if (found != values_.end()) result_.parameters.set(spec.name, found->second);
  }
  return std::move(result_);
}

CLAMS_INLINE void AnnotateArgumentReader::read_flag() {
  const std::string& argument = arguments_[next_++];
  const auto equals = argument.find('=');
  const std::string given = argument.substr(0, equals);
  if (given == "-h") {
    result_.wants_help = true;
    return;
  }
  const std::string flag = full_flag(given);
  std::optional<std::string> attached;
  if (equals != std::string::npos) attached = argument.substr(equals + 1);
  if (flag == kHelpFlag) {
    if (attached) refuse_argument(flag, "takes no value");
    result_.wants_help = true;
    return;
  }
  read_value(spec_of(flag), std::move(attached));
}

CLAMS_INLINE std::string AnnotateArgumentReader::full_flag(const std::string& given) const {
  if (std::find(flags_.begin(), flags_.end(), given) != flags_.end()) return given;
  std::vector<std::string> matches;
  std::copy_if(flags_.begin(), flags_.end(), std::back_inserter(matches),
               [&](const std::string& flag) { return given != "-" && flag.rfind(given, 0) == 0; });
  if (matches.size() == 1) return matches.front();
  if (matches.empty()) {
    throw Error{ErrorCode::usage, "unrecognized arguments: " + given + suggestion(given, flags_)};
  }
  std::string text = "ambiguous option: " + given + " could match " + matches.front();
  for (std::size_t i = 1; i < matches.size(); ++i) text += ", " + matches[i];
  throw Error{ErrorCode::usage, text};
}

CLAMS_INLINE const ParameterSpec& AnnotateArgumentReader::spec_of(const std::string& flag) const {
  const auto index = std::find(flags_.begin(), flags_.end(), flag) - flags_.begin();
  return specs_[static_cast<std::size_t>(index)];
}

CLAMS_INLINE void AnnotateArgumentReader::read_value(const ParameterSpec& spec,
                                                     std::optional<std::string> attached) {
  std::vector<std::string> given;
  if (attached) {
    given.push_back(*std::move(attached));
  } else {
    while (next_is_value() && (given.empty() || spec.multivalued)) {
      given.push_back(arguments_[next_++]);
    }
  }
  if (given.empty()) {
    refuse_argument("--" + spec.name,
                    spec.multivalued ? "expected at least one argument" : "expected 1 argument");
  }
  for (const std::string& value : given) check_choice(spec, value);
  auto& values = values_[spec.name];
  if (!spec.multivalued) values.clear();
  values.insert(values.end(), given.begin(), given.end());
}

CLAMS_INLINE bool AnnotateArgumentReader::next_is_value() const {
  return next_ < arguments_.size() && arguments_[next_] != "--" &&
         !looks_like_flag(arguments_[next_]);
}

CLAMS_INLINE void AnnotateArgumentReader::check_choice(const ParameterSpec& spec,
                                                       const std::string& value) const {
  if (spec.choices.empty() || is_choice(spec, value)) return;
  std::string choices;
  for (const Json& choice : spec.choices) {
    choices += (choices.empty() ? "" : ", ") + python_repr(choice);
  }
  refuse_argument("--" + spec.name,
                  "invalid choice: " + python_repr(Json(value)) + " (choose from " + choices + ")");
}

CLAMS_INLINE void AnnotateArgumentReader::read_file(const std::string& path) {
  if (!result_.in) {
    result_.in = path;
  } else if (!result_.out) {
    result_.out = path;
  } else {
    throw Error{ErrorCode::usage, "unrecognized arguments: " + path + "; IN and OUT were given"};
  }
}

CLAMS_INLINE AnnotateArguments parse_annotate_arguments(const std::vector<std::string>& arguments,
                                                        const std::vector<ParameterSpec>& specs) {
  return AnnotateArgumentReader{arguments, specs}.read();
}

}  // namespace clams::detail
