// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_meter.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace clams {

/// What a HostMeter reads, and how it calls the host's memory.
struct HostMeterOptions {
  int device = 0;  ///< the index that peaks are reported under
  std::filesystem::path process = "/proc/self";
};

/// Measures scopes by the memory of the process itself, so that the same logic runs without a GPU.
/// The kernel keeps one high-water mark for the whole process: a scope that runs alone is measured
/// exactly, scopes that overlap see each other's memory, too, and say so (`is_upper_bound`).
///
/// A model's scope inside a request's is taken out of the request's figures, and the other way
/// round.
///
/// Ownership: owns the list of open scopes; must outlive them.
/// Threads: thread-safe; a scope is opened and closed in one thread.
/// Errors: `open` throws std::bad_alloc. If the kernel's figures cannot be read, peaks are empty;
///   if its mark cannot be reset, a peak that stays below an older one is only seen at its ends.
class HostMeter final : public PeakMeter {
 public:
  explicit HostMeter(HostMeterOptions options = {});
  ~HostMeter() override;
  HostMeter(const HostMeter&) = delete;
  HostMeter& operator=(const HostMeter&) = delete;
  HostMeter(HostMeter&&) = delete;
  HostMeter& operator=(HostMeter&&) = delete;

  [[nodiscard]] std::string name() const override { return "host"; }
  [[nodiscard]] std::shared_ptr<MemoryScope> open(ScopeKind kind) override;
  void close(const std::shared_ptr<MemoryScope>& scope) noexcept override;
  /// What the process has in memory now.
  [[nodiscard]] std::optional<Bytes> held(int device) const override;
  /// Asks the C library to give free pages back.
  void release_cached() noexcept override;
  /// Throws DeviceOutOfMemory for a std::bad_alloc.
  void translate_exception() const override;

 private:
  class Scope;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/host_meter.ipp>
#endif
