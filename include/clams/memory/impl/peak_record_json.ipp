// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record_json.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace clams {

namespace detail {

inline constexpr std::int64_t kHighestPeakFigure = std::int64_t{1} << 50U;

/// Reads the members of one JSON object; a member of the wrong kind makes the whole a failure.
class PeakFields {
 public:
  explicit PeakFields(const Json& object) : object_(object), is_good_(object.is_object()) {}

  [[nodiscard]] bool is_good() const { return is_good_; }
  void fail() { is_good_ = false; }

  /// The member, or nullptr if there is none.
  [[nodiscard]] const Json* member(const char* key) const {
    if (!is_good_) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  std::int64_t figure(const char* key) {
    const Json* value = member(key);
    if (value == nullptr) return 0;
    // is_number_unsigned() would refuse what was put together in C++ as an int.
    const bool is_figure =
        value->is_number_integer() && *value >= 0 && *value <= kHighestPeakFigure;
    if (!is_figure) fail();
    return is_figure ? value->get<std::int64_t>() : 0;
  }

  std::string text(const char* key) {
    const Json* value = member(key);
    if (value != nullptr && !value->is_string()) fail();
    return is_good_ && value != nullptr ? value->get<std::string>() : std::string{};
  }

 private:
  const Json& object_;
  bool is_good_;
};

// A figure outside of what is read again would make the whole file void.
CLAMS_INLINE std::int64_t figure_json(std::int64_t figure) {
  return std::clamp(figure, std::int64_t{0}, kHighestPeakFigure);
}

CLAMS_INLINE Json parameters_json(const Json& parameters) {
  if (!parameters.is_object()) return Json::object();
  try {
    (void)parse_json(write_json(parameters));
    return parameters;
  } catch (const Error&) {  // holds what JSON cannot; they are for people only
    return Json::object();
  }
}

CLAMS_INLINE Json sample_json(const PeakSample& sample) {
  Json features = Json::object();
  for (const auto& [name, value] : sample.features) {
    if (std::isfinite(value)) features[replace_invalid_utf8(name)] = value;
  }
  return {{"features", std::move(features)}, {"working", figure_json(sample.working.count())}};
}

CLAMS_INLINE Json device_json(const DevicePeak& device) {
  Json json = {{"weights", figure_json(device.weights.count())},
               {"working", figure_json(device.working.count())},
               {"reserved_growth", figure_json(device.reserved_growth.count())},
               {"device", figure_json(device.device.count())},
               {"at_least", figure_json(device.at_least.count())},
               {"run_time_ms", figure_json(device.run_time.count())},
               {"load_time_ms", figure_json(device.load_time.count())},
               {"driver", replace_invalid_utf8(device.driver)},
               {"library", replace_invalid_utf8(device.library)}};
  Json samples = Json::array();
  for (const PeakSample& sample : device.samples) samples.push_back(sample_json(sample));
  json["samples"] = std::move(samples);
  return json;
}

CLAMS_INLINE std::optional<PeakSample> sample_from_json(const Json& value) {
  PeakFields fields{value};
  PeakSample sample{.features = {}, .working = Bytes{fields.figure("working")}};
  const Json* features = fields.member("features");
  if (features == nullptr || !features->is_object()) return std::nullopt;  // or `working` is wrong
  for (const auto& [name, number] : features->items()) {
    if (!number.is_number()) return std::nullopt;
    sample.features[name] = number.get<double>();
  }
  return sample;
}

CLAMS_INLINE bool read_samples(const Json* value, std::vector<PeakSample>& samples) {
  if (value == nullptr) return true;
  if (!value->is_array()) return false;
  for (const Json& item : *value) {
    auto sample = sample_from_json(item);
    if (!sample) return false;
    samples.push_back(std::move(*sample));
  }
  return true;
}

CLAMS_INLINE std::optional<DevicePeak> device_from_json(const Json& value) {
  PeakFields fields{value};
  DevicePeak device{.weights = Bytes{fields.figure("weights")},
                    .working = Bytes{fields.figure("working")},
                    .reserved_growth = Bytes{fields.figure("reserved_growth")},
                    .device = Bytes{fields.figure("device")},
                    .at_least = Bytes{fields.figure("at_least")},
                    .run_time = std::chrono::milliseconds{fields.figure("run_time_ms")},
                    .load_time = std::chrono::milliseconds{fields.figure("load_time_ms")},
                    .driver = fields.text("driver"),
                    .library = fields.text("library")};
  std::vector<PeakSample> samples;
  if (!read_samples(fields.member("samples"), samples) || !fields.is_good()) return std::nullopt;
  merge_device(device, DevicePeak{.samples = std::move(samples)});  // keeps to the limit
  return device;
}

CLAMS_INLINE bool read_devices(const Json* ours, PeakRecord& record) {
  if (ours == nullptr) return true;
  const PeakFields fields{*ours};
  if (!fields.is_good()) return false;
  const Json* devices = fields.member("devices");
  if (devices == nullptr) return true;
  if (!devices->is_object()) return false;
  for (const auto& [key, value] : devices->items()) {
    auto device = device_from_json(value);
    if (!device) return false;
    record.devices[key] = std::move(*device);
  }
  return true;
}

/// Leaves out what can best be missed; false if nothing more can be.
CLAMS_INLINE bool shorten_peak_record(PeakRecord& record) {
  if (!record.parameters.empty()) {
    record.parameters = Json::object();
    return true;
  }
  bool is_shorter = false;
  for (auto& [key, device] : record.devices) {
    const auto half = static_cast<std::ptrdiff_t>((device.samples.size() + 1) / 2);
    is_shorter = is_shorter || half > 0;
    device.samples.erase(device.samples.begin(), device.samples.begin() + half);
  }
  if (!is_shorter && !record.devices.empty()) {
    record.devices.clear();
    return true;
  }
  return is_shorter;
}

}  // namespace detail

CLAMS_INLINE Json to_json(const PeakRecord& record) {
  Json devices = Json::object();
  for (const auto& [key, device] : record.devices) {
    devices[replace_invalid_utf8(key)] = detail::device_json(device);
  }
  return {{"peak_bytes", detail::figure_json(record.peak.count())},
          {"parameters", detail::parameters_json(record.parameters)},
          {"clams_cpp", {{"devices", std::move(devices)}}}};
}

CLAMS_INLINE std::optional<PeakRecord> peak_record_from_json(const Json& value) {
  detail::PeakFields fields{value};
  if (fields.member("peak_bytes") == nullptr) return std::nullopt;
  PeakRecord record{.peak = Bytes{fields.figure("peak_bytes")}};
  const Json* parameters = fields.member("parameters");
  if (parameters != nullptr && !parameters->is_object()) return std::nullopt;
  if (parameters != nullptr && !parameters->empty()) record.parameters = *parameters;
  if (!detail::read_devices(fields.member("clams_cpp"), record)) return std::nullopt;
  return fields.is_good() ? std::optional{std::move(record)} : std::nullopt;
}

CLAMS_INLINE std::string peak_file_text(const PeakRecord& record) {
  std::string text = write_json(to_json(record), JsonLayout::pretty) + '\n';
  for (PeakRecord rest = record;
       text.size() > kPeakFileLimit && detail::shorten_peak_record(rest);) {
    text = write_json(to_json(rest), JsonLayout::pretty) + '\n';
  }
  return text;
}

CLAMS_INLINE std::optional<PeakRecord> parse_peak_file(std::string_view text) {
  if (text.size() > kPeakFileLimit) return std::nullopt;
  try {
    return peak_record_from_json(parse_json(text));
  } catch (const Error&) {  // not JSON: one of the ways of not being a record
    return std::nullopt;
  }
}

}  // namespace clams
