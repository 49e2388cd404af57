// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/frame_rate.hpp>
#include <clams/mmif/video_sampling.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <numeric>
#include <string>

namespace clams {
namespace detail {

/// Samples one TimeFrame. Lives for one call of sample_time_frame.
class TimeFrameSampler {
 public:
  TimeFrameSampler(const Mmif& mmif, const Annotation& frame, std::optional<double> file_rate)
      : mmif_(mmif), frame_(frame), file_rate_(file_rate) {}

  /// One moment for each id in the list property `name`; empty if there is none.
  [[nodiscard]] std::vector<SampledTime> listed_points(std::string_view name) const;
  [[nodiscard]] SampledTime single() const;
  [[nodiscard]] std::vector<SampledTime> all() const;

 private:
  [[nodiscard]] double frame_rate() const;
  [[nodiscard]] TimeUnit unit_of(const Annotation& annotation) const;
  [[nodiscard]] std::int64_t milliseconds(const Annotation& annotation, const Json& time) const;

  const Mmif& mmif_;
  const Annotation& frame_;
  std::optional<double> file_rate_;
};

CLAMS_INLINE double TimeFrameSampler::frame_rate() const {
  const Document& video = video_of(mmif_, frame_);
  if (const auto rate = recorded_frame_rate(video)) return *rate;
  if (file_rate_) return *file_rate_;
  throw Error(ErrorCode::invalid_input,
              fmt::format("the frame rate of document {} is not known: it has no property fps",
                          video.id()));
}

/// A TimeFrame that has its times from its targets has its unit from there, too.
CLAMS_INLINE TimeUnit TimeFrameSampler::unit_of(const Annotation& annotation) const {
  if (const auto unit = annotation.get<std::string>("timeUnit")) return parse_time_unit(*unit);
  const auto targets = annotation.get_or<std::vector<std::string>>("targets", {});
  const Annotation* const first = targets.empty() ? nullptr : mmif_.find(targets.front());
  if (first == nullptr) return TimeUnit::milliseconds;
  return parse_time_unit(first->get_or<std::string>("timeUnit", "milliseconds"));
}

CLAMS_INLINE std::int64_t TimeFrameSampler::milliseconds(const Annotation& annotation,
                                                         const Json& time) const {
  const TimeUnit unit = unit_of(annotation);
  const double rate = unit == TimeUnit::frames ? frame_rate() : 0;
  const Json converted = convert_time(time, unit, TimeUnit::milliseconds, rate);
  if (converted.is_number()) return round_half_even(converted.get<double>());
  throw Error(ErrorCode::invalid_input, fmt::format("the time of {} must be a number, got {}",
                                                    annotation.id(), write_json(converted)));
}

CLAMS_INLINE std::vector<SampledTime> TimeFrameSampler::listed_points(std::string_view name) const {
  std::vector<SampledTime> points;
  for (const auto& id : frame_.get_or<std::vector<std::string>>(name, {})) {
    const Annotation& point = mmif_.at(id);
    points.push_back({milliseconds(point, mmif_.start_of(point)), &point});
  }
  return points;
}

CLAMS_INLINE SampledTime TimeFrameSampler::single() const {
  const auto points = listed_points("representatives");
  if (!points.empty()) return points[points.size() / 2];
  const std::int64_t start = milliseconds(frame_, mmif_.start_of(frame_));
  const std::int64_t end = milliseconds(frame_, mmif_.end_of(frame_));
  return {std::midpoint(start, end), nullptr};
}

CLAMS_INLINE std::vector<SampledTime> TimeFrameSampler::all() const {
  if (frame_.find("targets") != nullptr) return listed_points("targets");
  std::vector<SampledTime> points;
  const std::int64_t start = milliseconds(frame_, mmif_.start_of(frame_));
  const std::int64_t end = milliseconds(frame_, mmif_.end_of(frame_));
  for (const std::int64_t time : sample_timepoints(start, end, 1000 / frame_rate())) {
    points.push_back({time, nullptr});
  }
  return points;
}

/// What the property `document` of an annotation leads to; null if that is no document.
CLAMS_INLINE const Document* document_of(const Mmif& mmif, const Annotation& annotation) {
  const auto id = annotation.get<std::string>("document");
  const Annotation* const found = id ? mmif.find(*id) : nullptr;
  return found == nullptr ? nullptr : found->as_document();
}

}  // namespace detail

CLAMS_INLINE const Document& video_of(const Mmif& mmif, const Annotation& time_frame) {
  if (const Document* video = detail::document_of(mmif, time_frame)) return *video;
  const auto targets = time_frame.get_or<std::vector<std::string>>("targets", {});
  const Annotation* const first = targets.empty() ? nullptr : mmif.find(targets.front());
  const Document* const video = first == nullptr ? nullptr : detail::document_of(mmif, *first);
  if (video != nullptr) return *video;
  throw Error(ErrorCode::not_found,
              fmt::format("{} does not say which document it is about", time_frame.id()));
}

CLAMS_INLINE std::vector<SampledTime> sample_time_frame(const Mmif& mmif,
                                                        const Annotation& time_frame,
                                                        SamplingMode mode,
                                                        std::optional<double> file_frame_rate) {
  const detail::TimeFrameSampler sampler{mmif, time_frame, file_frame_rate};
  if (mode == SamplingMode::representatives) return sampler.listed_points("representatives");
  if (mode == SamplingMode::single) return {sampler.single()};
  return sampler.all();
}

}  // namespace clams
