// SPDX-License-Identifier: Apache-2.0
#include "model/cache_folders.hpp"

#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <string>
#include <system_error>

namespace whisper {

namespace fs = std::filesystem;

namespace {

std::optional<fs::path> folder_in(const clams::Environment& environment, const std::string& name) {
  const std::string value = environment.get_or(name, "");
  if (value.empty()) return std::nullopt;
  return fs::path{value};
}

// The commit that the branch `main` stood at, as the cache noted it.
std::string main_commit(const fs::path& repository) {
  try {
    std::string commit = clams::read_file(repository / "refs" / "main");
    commit.erase(commit.find_last_not_of(" \r\n") + 1);
    return commit;
  } catch (const clams::Error&) {
    return {};  // snapshots are found without it
  }
}

}  // namespace

std::optional<fs::path> cache_home(const clams::Environment& environment) {
  if (auto cache = folder_in(environment, "XDG_CACHE_HOME")) return cache;
  const auto home = folder_in(environment, "HOME");
  if (!home) return std::nullopt;
  return *home / ".cache";
}

std::optional<fs::path> own_cache(const clams::Environment& environment) {
  const auto cache = cache_home(environment);
  if (!cache) return std::nullopt;
  return *cache / "clams" / "whisper";
}

std::optional<fs::path> hugging_face_cache(const clams::Environment& environment) {
  if (auto hub = folder_in(environment, "HF_HUB_CACHE")) return hub;
  if (auto hub = folder_in(environment, "HUGGINGFACE_HUB_CACHE")) return hub;
  if (const auto home = folder_in(environment, "HF_HOME")) return *home / "hub";
  const auto cache = cache_home(environment);
  if (!cache) return std::nullopt;
  return *cache / "huggingface" / "hub";
}

std::vector<fs::path> snapshots(const fs::path& cache, std::string_view repository) {
  std::string name = "models--" + std::string{repository};
  const auto slash = name.find('/');
  if (slash != std::string::npos) name.replace(slash, 1, "--");
  const fs::path folder = cache / name;
  std::vector<fs::path> found = entries_of(folder / "snapshots");
  const std::string commit = main_commit(folder);
  std::ranges::stable_partition(found,
                                [&](const fs::path& path) { return path.filename() == commit; });
  return found;
}

std::vector<fs::path> python_assets(const clams::Environment& environment) {
  std::vector<fs::path> found;
  const auto python = folder_in(environment, "VIRTUAL_ENV");
  if (!python) return found;
  for (const auto& version : entries_of(*python / "lib")) {
    const fs::path assets = version / "site-packages" / "whisper" / "assets";
    std::error_code ignored;  // what cannot be looked at is not there
    if (fs::is_directory(assets, ignored)) found.push_back(assets);
  }
  return found;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;  // what cannot be looked at is not there
  return fs::is_regular_file(path, ignored);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;  // a folder that cannot be read has nothing for us
  for (fs::directory_iterator at{folder, ignored}, end; !ignored && at != end;
       at.increment(ignored)) {
    found.push_back(at->path());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace whisper
