// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/util/bytes.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace clams {

/// What a device itself showed while a piece of work ran.
struct MeasuredDelta {
  Bytes before;    ///< busy when the work began
  Bytes highest;   ///< the most that was seen busy
  Bytes after;     ///< busy at the last reading
  bool was_alone;  ///< no other work of this process was watched on the device meanwhile

  /// By how much the device grew fuller at most: allocator, context and libraries together.
  [[nodiscard]] Bytes growth() const { return highest - before; }
};

/// Knows which works run on a device, so that each can say whether it was alone.
///
/// Ownership: borrows the probe.
/// Threads: thread-safe.
/// Errors: none.
class DeviceWatch {
 public:
  /// @param uuid the device's, as the probe names it.
  DeviceWatch(const DeviceProbe& probe, std::string uuid) : probe_(probe), uuid_(std::move(uuid)) {}

 private:
  friend class DeviceDelta;
  struct Visit {
    bool found_others;
    std::uint64_t number;
  };
  [[nodiscard]] std::optional<Bytes> busy() const;
  [[nodiscard]] Visit enter();
  [[nodiscard]] bool was_alone(const Visit& visit) const;
  void leave();

  const DeviceProbe& probe_;
  std::string uuid_;
  mutable std::mutex mutex_;  // guards the two counters
  int running_ = 0;
  std::uint64_t entered_ = 0;
};

/// Compares what a device shows before, during and after a piece of work: a cross-check of what
/// the allocator says, which includes what no allocator sees (the context, decoders, libraries).
/// It means something for a lone work only; what other processes take meanwhile is in it, too.
///
/// Ownership: borrows the watch; owns the thread that samples, if there is one.
/// Threads: thread-safe.
/// Errors: the constructor throws std::system_error if a sampling thread is asked for and cannot
///   be had. A device that cannot be read has no delta.
class DeviceDelta {
 public:
  /// @param every how often a thread reads the device meanwhile; zero: only `sample` and the ends.
  explicit DeviceDelta(DeviceWatch& watch,
                       std::chrono::milliseconds every = std::chrono::milliseconds{0});
  DeviceDelta(const DeviceDelta&) = delete;
  DeviceDelta& operator=(const DeviceDelta&) = delete;
  DeviceDelta(DeviceDelta&&) = delete;
  DeviceDelta& operator=(DeviceDelta&&) = delete;
  ~DeviceDelta();

  /// Reads the device now.
  void sample();

  /// Reads the device and says what was seen so far; none if it could not be read at the beginning
  /// or now.
  [[nodiscard]] std::optional<MeasuredDelta> measure();

 private:
  void sample_until_stopped(const std::stop_token& stop, std::chrono::milliseconds every);

  DeviceWatch& watch_;
  DeviceWatch::Visit visit_;
  std::mutex mutex_;  // guards the figures
  std::optional<Bytes> before_;
  std::optional<Bytes> last_;
  Bytes highest_;
  std::condition_variable_any stopped_;
  std::jthread sampler_;  // the last member: it uses the others
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/device_delta.ipp>
#endif
