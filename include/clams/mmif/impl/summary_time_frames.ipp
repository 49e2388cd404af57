// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/summary_parts.hpp>
#include <clams/mmif/impl/summary_times.ipp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace clams::detail {

CLAMS_INLINE Json score_of_label(const Annotation& frame, const Json& label) {
  const Json* const classification = frame.find("classification");
  if (classification == nullptr || !classification->is_object() || !label.is_string()) {
    return nullptr;
  }
  return classification->value(label.get_ref<const std::string&>(), Json(nullptr));
}

CLAMS_INLINE Json times_of_representatives(const SummaryIndex& index, const Annotation& frame) {
  Json times = Json::array();
  for (const Json& id : property_or_null(frame, "representatives")) {
    if (Json time = index.time_point_at(id); !time.is_null()) times.push_back(std::move(time));
  }
  return times;
}

CLAMS_INLINE Json summarized_time_frames(const SummaryIndex& index) {
  Json by_app = Json::object();
  for (const Annotation* frame : annotations_named(index.mmif(), types::kTimeFrame.name)) {
    const Json label = property_or_null(*frame, "label");
    if (label.is_null()) continue;
    const SummaryTimes times = index.times_of_frame(*frame);
    by_app[frame->parent()->app()].push_back(
        {{"identifier", frame->id()},
         {"label", label},
         {"score", score_of_label(*frame, label)},
         {"start-time", times.start},
         {"end-time", times.end},
         {"representatives", times_of_representatives(index, *frame)}});
  }
  for (Json& frames : by_app) {
    std::stable_sort(frames.begin(), frames.end(), [](const Json& a, const Json& b) {
      return a["start-time"] < b["start-time"];
    });
  }
  return by_app;
}

/// Whole numbers stay whole, unless they are so large that a sum of them might not fit.
CLAMS_INLINE bool adds_up_exactly(const Json& number) {
  constexpr std::int64_t kLarge = std::int64_t{1} << 53;
  if (!number.is_number_integer()) return false;
  const auto value = number.get<double>();
  return value > -static_cast<double>(kLarge) && value < static_cast<double>(kLarge);
}

/// a + sign * b; null if one of them is no number.
CLAMS_INLINE Json number_sum(const Json& a, int sign, const Json& b) {
  if (!a.is_number() || !b.is_number()) return nullptr;
  if (adds_up_exactly(a) && adds_up_exactly(b)) {
    return a.get<std::int64_t>() + sign * b.get<std::int64_t>();
  }
  return a.get<double>() + sign * b.get<double>();
}

/// The quotient rounded down, as Python's `//`.
CLAMS_INLINE Json floor_quotient(const Json& number, std::int64_t divisor) {
  if (!number.is_number_integer()) {
    return std::floor(number.get<double>() / static_cast<double>(divisor));
  }
  const auto value = number.get<std::int64_t>();
  const bool inexact_below_zero = value < 0 && value % divisor != 0;
  return value / divisor - (inexact_below_zero ? 1 : 0);
}

/// The statistics of one label so far, and the length of its longest frame.
struct LabelStatistics {
  Json json = {
      {"count", 0}, {"duration", 0}, {"average", 0}, {"first", nullptr}, {"longest", nullptr}};
  Json longest_length;
};

CLAMS_INLINE void count_time_frame(LabelStatistics& statistics, const Json& frame) {
  Json& json = statistics.json;
  const auto count = json["count"].get<std::int64_t>() + 1;
  const Json length = number_sum(frame["end-time"], -1, frame["start-time"]);
  if (count == 1) json["first"] = frame["start-time"];
  if (count == 1 || statistics.longest_length < length) {
    json["longest"] = frame["start-time"];
    statistics.longest_length = length;
  }
  json["count"] = count;
  if (!length.is_null()) json["duration"] = number_sum(json["duration"], 1, length);
  json["average"] = floor_quotient(json["duration"], count);
}

CLAMS_INLINE Json time_frame_statistics(const Json& time_frames) {
  Json by_app = Json::object();
  for (const auto& [app, frames] : time_frames.items()) {
    nlohmann::ordered_map<std::string, LabelStatistics> by_label;
    for (const Json& frame : frames) {
      const Json& label = frame["label"];
      const std::string name = label.is_string() ? label.get<std::string>() : write_json(label);
      count_time_frame(by_label[name], frame);
    }
    Json& labels = by_app[app] = Json::object();
    for (auto& [name, statistics] : by_label) labels[name] = std::move(statistics.json);
  }
  return by_app;
}

}  // namespace clams::detail
