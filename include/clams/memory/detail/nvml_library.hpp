// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/nvml_api.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace clams::detail {

/// The functions of NVML that we call. The optional ones are missing in older drivers.
struct NvmlFunctions {
  using Handle = nvml::DeviceHandle;
  using Result = nvml::Result;

  Result (*init)() = nullptr;
  Result (*shutdown)() = nullptr;
  Result (*driver_version)(char*, unsigned) = nullptr;
  Result (*count)(unsigned*) = nullptr;
  Result (*handle)(unsigned, Handle*) = nullptr;
  Result (*uuid)(Handle, char*, unsigned) = nullptr;
  Result (*name)(Handle, char*, unsigned) = nullptr;
  Result (*memory)(Handle, nvml::Memory*) = nullptr;
  const char* (*error_text)(Result) = nullptr;                 // optional
  Result (*memory_v2)(Handle, nvml::MemoryV2*) = nullptr;      // optional
  Result (*mig_mode)(Handle, unsigned*, unsigned*) = nullptr;  // optional, and the next two
  Result (*most_slices)(Handle, unsigned*) = nullptr;
  Result (*slice)(Handle, unsigned, Handle*) = nullptr;
};

/// What a device has, as NVML says it, unchecked.
struct NvmlMemory {
  unsigned long long total = 0;
  unsigned long long free = 0;
};

/// NVIDIA's management library, loaded at run time.
///
/// Ownership: owns the loaded library and, once `init` has succeeded, its initialisation; handles
///   are its own. Shared by those who call it, since a call may hang longer than its caller waits.
/// Threads: thread-safe, as NVML is.
/// Errors: results are returned as NVML gives them.
class NvmlLibrary {
 public:
  using Handle = nvml::DeviceHandle;
  using Result = nvml::Result;

  /// Loads the library.
  /// @throws Error unavailable if it is not there or lacks a function.
  explicit NvmlLibrary(const std::filesystem::path& path);
  NvmlLibrary(const NvmlLibrary&) = delete;
  NvmlLibrary& operator=(const NvmlLibrary&) = delete;
  NvmlLibrary(NvmlLibrary&&) = delete;
  NvmlLibrary& operator=(NvmlLibrary&&) = delete;
  ~NvmlLibrary();

  [[nodiscard]] Result init();
  [[nodiscard]] std::string driver_version() const;  ///< empty if it cannot be told
  [[nodiscard]] Result count(unsigned& devices) const;
  [[nodiscard]] Result device(unsigned index, Handle& handle) const;
  [[nodiscard]] Result uuid(Handle handle, std::string& text) const;
  [[nodiscard]] Result name(Handle handle, std::string& text) const;
  [[nodiscard]] bool is_cut(Handle handle) const;  ///< into slices (MIG)
  [[nodiscard]] std::vector<Handle> slices(Handle handle) const;

  /// By the newer function, or by the older one where that is missing.
  [[nodiscard]] Result memory(Handle handle, NvmlMemory& memory) const;

  /// `GPU is lost (NVML error 15)`.
  [[nodiscard]] std::string describe(Result result) const;

 private:
  struct Unloader {
    void operator()(void* library) const noexcept;
  };

  std::unique_ptr<void, Unloader> library_;
  NvmlFunctions functions_;
  bool initialised_ = false;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/nvml_library.ipp>
#endif
