// SPDX-License-Identifier: Apache-2.0
#include "app/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace whisper {

namespace {

std::string clock_time(double seconds) {
  constexpr int kMinute = 60;
  constexpr int kHour = 3600;
  const long whole = std::lround(seconds);
  if (whole >= kHour) {
    return fmt::format("{}:{:02}:{:02}", whole / kHour, whole % kHour / kMinute, whole % kMinute);
  }
  return fmt::format("{}:{:02}", whole / kMinute, whole % kMinute);
}

}  // namespace

std::string progress_line(const std::string& name, double done, double of,
                          std::chrono::duration<double> spent) {
  const double speed = spent.count() > 0 ? done / spent.count() : 0;
  const double share = of > 0 ? std::clamp(done / of, 0.0, 1.0) : 0;
  std::string line = fmt::format("{}  {:.1f} of {:.1f} s  {:.0f} %", name, done, of, share * 100);
  if (speed > 0) {
    line += fmt::format("  {:.1f}x real time  {} to go", speed,
                        clock_time(std::max(0.0, of - done) / speed));
  }
  return line;
}

ProgressBar::ProgressBar(std::ostream& out, std::string name, const clams::Clock& clock)
    : out_(out), name_(std::move(name)), clock_(clock), start_(clock.steady_now()) {}

ProgressBar::~ProgressBar() {
  if (width_ > 0) out_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
}

void ProgressBar::show(double done, double of) {
  constexpr std::chrono::milliseconds kInterval{100};
  const auto now = clock_.steady_now();
  if (width_ > 0 && now - last_ < kInterval) return;
  last_ = now;
  const std::string line = progress_line(name_, done, of, now - start_);
  const std::size_t rest = width_ > line.size() ? width_ - line.size() : 0;
  out_ << '\r' << line << std::string(rest, ' ') << std::flush;
  width_ = line.size();
}

}  // namespace whisper
