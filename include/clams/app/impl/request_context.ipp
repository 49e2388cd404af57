// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/signing.hpp>
#include <clams/app/request_context.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace clams {

namespace detail {

CLAMS_INLINE RequestOptions with_request_id(RequestOptions options) {
  if (options.id.empty()) options.id = make_request_id();
  return options;
}

}  // namespace detail

CLAMS_INLINE RequestContext::RequestContext(const AppMetadata& metadata, const RawParameters& raw,
                                            const Parameters& parameters, RequestOptions options,
                                            const Clock& clock, const Logger& logger,
                                            RequestMemory* memory, MediaAccess media)
    : metadata_(metadata),
      raw_(raw),
      parameters_(parameters),
      options_(detail::with_request_id(std::move(options))),
      clock_(clock),
      logger_(logger.with_request_id(options_.id)),
      memory_(memory),
      media_(std::move(media)) {}

CLAMS_INLINE RequestMemory& RequestContext::memory() const {
  if (memory_ != nullptr) return *memory_;
  throw Error{ErrorCode::internal,
              "this RequestContext was made without memory; AppRunner gives one"};
}

CLAMS_INLINE View& RequestContext::new_view(Mmif& mmif) {
  View& view = mmif.new_view();
  sign(view);
  return view;
}

CLAMS_INLINE void RequestContext::sign(View& view) const {
  detail::sign_as_app(view, metadata_, raw_, clock_);
  view.set_metadata("appConfiguration", parameters_.to_json());
}

CLAMS_INLINE void RequestContext::warn(std::string message) {
  const std::scoped_lock lock{mutex_};
  warnings_.push_back(std::move(message));
}

CLAMS_INLINE std::vector<std::string> RequestContext::warnings() const {
  const std::scoped_lock lock{mutex_};
  return warnings_;
}

CLAMS_INLINE bool RequestContext::is_overdue() const {
  return options_.deadline && clock_.steady_now() >= *options_.deadline;
}

CLAMS_INLINE bool RequestContext::stop_requested() const {
  return options_.stop.stop_requested() || is_overdue();
}

CLAMS_INLINE void RequestContext::throw_if_stopped() const {
  if (options_.stop.stop_requested()) {
    throw Error{ErrorCode::cancelled, "request " + options_.id + " was cancelled"};
  }
  if (is_overdue()) {
    throw Error{ErrorCode::deadline_exceeded, "request " + options_.id + " is over its deadline"};
  }
}

CLAMS_INLINE void RequestContext::progress(double fraction, std::string_view what) const {
  if (options_.on_progress) options_.on_progress(fraction, what);
}

CLAMS_INLINE SamplingMode RequestContext::sampling_mode() const {
  return parse_sampling_mode(parameters_.get<std::string>("tfSamplingMode"));
}

CLAMS_INLINE std::string make_request_id() {
  static const std::uint32_t process = std::random_device{}();
  static std::atomic<std::uint32_t> count{0};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(15, '0');  // the most that is copied about without an allocation
  std::uint64_t number = (std::uint64_t{process} << 32U) | ++count;
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) {
    *digit = kDigits[number & 0xFU];
  }
  return text;
}

}  // namespace clams
