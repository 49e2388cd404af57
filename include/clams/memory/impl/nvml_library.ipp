// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/nvml_library.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <dlfcn.h>

namespace clams::detail {

CLAMS_INLINE std::string load_problem() {
  const char* const problem = ::dlerror();
  return problem == nullptr ? "no reason given" : problem;
}

template <typename Function>
void find_function(void* library, const char* name, Function& function) {
  // A cast from an object to a function pointer: what dlsym is made for.
  function = reinterpret_cast<Function>(::dlsym(library, name));
}

template <typename Function>
void find_needed_function(void* library, const char* name, Function& function) {
  find_function(library, name, function);
  if (function == nullptr) {
    throw Error{ErrorCode::unavailable,
                "the NVIDIA management library has no " + std::string{name}};
  }
}

CLAMS_INLINE NvmlFunctions nvml_functions(void* library) {
  NvmlFunctions found;
  find_needed_function(library, "nvmlInit_v2", found.init);
  find_needed_function(library, "nvmlShutdown", found.shutdown);
  find_needed_function(library, "nvmlSystemGetDriverVersion", found.driver_version);
  find_needed_function(library, "nvmlDeviceGetCount_v2", found.count);
  find_needed_function(library, "nvmlDeviceGetHandleByIndex_v2", found.handle);
  find_needed_function(library, "nvmlDeviceGetUUID", found.uuid);
  find_needed_function(library, "nvmlDeviceGetName", found.name);
  find_needed_function(library, "nvmlDeviceGetMemoryInfo", found.memory);
  find_function(library, "nvmlErrorString", found.error_text);
  find_function(library, "nvmlDeviceGetMemoryInfo_v2", found.memory_v2);
  find_function(library, "nvmlDeviceGetMigMode", found.mig_mode);
  find_function(library, "nvmlDeviceGetMaxMigDeviceCount", found.most_slices);
  find_function(library, "nvmlDeviceGetMigDeviceHandleByIndex", found.slice);
  return found;
}

// Calls one of the functions that fill a buffer with a text.
template <typename Call>
nvml::Result nvml_text(std::string& text, const Call& call) {
  nvml::TextBuffer buffer{};
  const auto result = call(buffer.data(), static_cast<unsigned>(buffer.size()));
  buffer.back() = '\0';
  if (result == nvml::success) text = buffer.data();
  return result;
}

CLAMS_INLINE void NvmlLibrary::Unloader::operator()(void* library) const noexcept {
  ::dlclose(library);
}

CLAMS_INLINE NvmlLibrary::NvmlLibrary(const std::filesystem::path& path)
    : library_(::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (!library_) {
    throw Error{ErrorCode::unavailable,
                "the NVIDIA management library cannot be loaded: " + load_problem()};
  }
  functions_ = nvml_functions(library_.get());
}

CLAMS_INLINE NvmlLibrary::~NvmlLibrary() {
  if (initialised_) functions_.shutdown();
}

CLAMS_INLINE nvml::Result NvmlLibrary::init() {
  const Result result = functions_.init();
  initialised_ = result == nvml::success;
  return result;
}

CLAMS_INLINE std::string NvmlLibrary::driver_version() const {
  std::string version;
  const auto call = functions_.driver_version;
  return nvml_text(version, call) == nvml::success ? version : std::string{};
}

CLAMS_INLINE nvml::Result NvmlLibrary::count(unsigned& devices) const {
  return functions_.count(&devices);
}

CLAMS_INLINE nvml::Result NvmlLibrary::device(unsigned index, Handle& handle) const {
  return functions_.handle(index, &handle);
}

CLAMS_INLINE nvml::Result NvmlLibrary::uuid(Handle handle, std::string& text) const {
  return nvml_text(
      text, [&](char* buffer, unsigned size) { return functions_.uuid(handle, buffer, size); });
}

CLAMS_INLINE nvml::Result NvmlLibrary::name(Handle handle, std::string& text) const {
  return nvml_text(
      text, [&](char* buffer, unsigned size) { return functions_.name(handle, buffer, size); });
}

CLAMS_INLINE bool NvmlLibrary::is_cut(Handle handle) const {
  if (functions_.mig_mode == nullptr) return false;
  unsigned current = 0;
  unsigned pending = 0;
  const auto result = functions_.mig_mode(handle, &current, &pending);
  return result == nvml::success && current == nvml::kMigEnabled;
}

CLAMS_INLINE std::vector<NvmlLibrary::Handle> NvmlLibrary::slices(Handle handle) const {
  std::vector<Handle> found;
  if (functions_.most_slices == nullptr || functions_.slice == nullptr) return found;
  unsigned most = 0;
  if (functions_.most_slices(handle, &most) != nvml::success) return found;
  for (unsigned place = 0; place < most; ++place) {
    Handle slice = nullptr;  // places may be empty
    if (functions_.slice(handle, place, &slice) == nvml::success) found.push_back(slice);
  }
  return found;
}

CLAMS_INLINE nvml::Result NvmlLibrary::memory(Handle handle, NvmlMemory& memory) const {
  if (functions_.memory_v2 != nullptr) {
    nvml::MemoryV2 answer{};
    answer.version = nvml::kMemoryV2Version;
    if (functions_.memory_v2(handle, &answer) == nvml::success) {
      memory = {answer.total, answer.free};
      return nvml::success;
    }
  }
  nvml::Memory answer{};
  const Result result = functions_.memory(handle, &answer);
  if (result == nvml::success) memory = {answer.total, answer.free};
  return result;
}

CLAMS_INLINE std::string NvmlLibrary::describe(Result result) const {
  const char* text = functions_.error_text == nullptr ? nullptr : functions_.error_text(result);
  return std::string{text == nullptr ? "failure" : text} + " (NVML error " +
         std::to_string(static_cast<int>(result)) + ")";
}

}  // namespace clams::detail
