// SPDX-License-Identifier: Apache-2.0
#include "app/openai_form.hpp"

#include "app/number_list.hpp"
#include <clams/serve/form_data.hpp>
#include <clams/util/error.hpp>
#include <clams/util/utf8.hpp>

#include <array>
#include <vector>

namespace whisper {

namespace {

using clams::http::find_part;
using clams::http::FormPart;

[[noreturn]] void refuse(const std::string& field, const std::string& message) {
  throw FieldError{field, message};
}

struct FormatName {
  std::string_view name;
  ResponseFormat format;
};

constexpr std::array kFormats{FormatName{"json", ResponseFormat::json},
                              FormatName{"text", ResponseFormat::text},
                              FormatName{"srt", ResponseFormat::srt},
                              FormatName{"verbose_json", ResponseFormat::verbose_json},
                              FormatName{"vtt", ResponseFormat::vtt}};

constexpr const char* kGranularities = "timestamp_granularities[]";

std::string field(const std::vector<FormPart>& parts, std::string_view name) {
  const FormPart* const part = find_part(parts, name);
  if (part == nullptr) return {};
  if (!clams::is_utf8(part->content))
    refuse(std::string{name}, "field '" + std::string{name} + "' is not UTF-8");
  return std::string{part->content};
}

ResponseFormat read_format(const std::vector<FormPart>& parts) {
  const std::string name = field(parts, "response_format");
  if (name.empty()) return ResponseFormat::json;
  for (const auto& known : kFormats) {
    if (known.name == name) return known.format;
  }
  refuse("response_format",
         "response_format: '" + name + "' is not json, text, srt, verbose_json or vtt");
}

bool read_switch(const std::vector<FormPart>& parts, const std::string& name) {
  const std::string value = field(parts, name);
  if (value.empty() || value == "false" || value == "False" || value == "0") return false;
  if (value == "true" || value == "True" || value == "1") return true;
  refuse(name, name + ": '" + value + "' is neither true nor false");
}

void read_granularities(const std::vector<FormPart>& parts, OpenaiForm& form) {
  bool segments = false;
  bool any = false;
  for (const FormPart& part : parts) {
    if (part.name != "timestamp_granularities[]" && part.name != "timestamp_granularities") {
      continue;
    }
    any = true;
    if (part.content != "word" && part.content != "segment") {
      refuse(kGranularities, "timestamp_granularities: '" +
                                 clams::replace_invalid_utf8(part.content) +
                                 "' is neither word nor segment");
    }
    (part.content == "word" ? form.words : segments) = true;
  }
  if (any) form.segments = segments;
  if (any && form.format != ResponseFormat::verbose_json) {
    refuse(kGranularities, "timestamp_granularities needs response_format verbose_json");
  }
}

// None where it is not made of numbers.
std::vector<double> numbers_of(const std::string& text) {
  try {
    return parse_number_list(text, "temperature");
  } catch (const clams::Error&) {
    return {};
  }
}

// 0 means the same as nothing at all: thresholds decide.
void read_temperature(const std::vector<FormPart>& parts, clams::RawParameters& parameters) {
  const std::string text = field(parts, "temperature");
  if (text.empty()) return;
  const auto numbers = numbers_of(text);
  if (numbers.size() != 1 || numbers.front() < 0 || numbers.front() > 1) {
    refuse("temperature", "temperature: '" + text + "' is not a number from 0 to 1");
  }
  if (numbers.front() > 0) parameters.add("temperature", text);
}

void read_parameters(const std::vector<FormPart>& parts, Task task, OpenaiForm& form) {
  clams::RawParameters& parameters = form.parameters;
  parameters.add("task", task == Task::translate ? "translate" : "transcribe");
  parameters.add("wordTimestamps", form.words ? "true" : "false");
  if (auto prompt = field(parts, "prompt"); !prompt.empty()) {
    parameters.add("initialPrompt", std::move(prompt));
  }
  if (auto language = field(parts, "language"); !language.empty()) {
    if (!language_code(language)) refuse("language", "unsupported language code: " + language);
    parameters.add("language", std::move(language));
  }
  read_temperature(parts, parameters);
}

}  // namespace

OpenaiForm read_openai_form(const clams::http::Request& request, Task task) {
  const auto parts =
      clams::http::parse_form_data(header_value(request, "content-type"), request.body);
  const FormPart* const file = find_part(parts, "file");
  if (file == nullptr || !file->filename)
    refuse("file", "file: a form part with a recording is needed");
  OpenaiForm form{.file = file->content, .filename = clams::replace_invalid_utf8(*file->filename)};
  form.model = field(parts, "model");
  if (form.model.empty())
    refuse("model", "model: the name of a model is needed; GET /v1/models lists them");
  form.format = read_format(parts);
  read_granularities(parts, form);
  form.stream = read_switch(parts, "stream");
  read_parameters(parts, task, form);
  return form;
}

}  // namespace whisper
