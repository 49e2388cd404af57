// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/files.hpp>

#include <filesystem>
#include <system_error>

namespace clams::testing {

/// A new empty folder, gone with its content when the scope is left.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(clams::unique_sibling(std::filesystem::temp_directory_path() / "clams-test")) {
    std::filesystem::create_directory(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;  // a folder left behind fails no test
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The permissions of a file or folder, as chmod takes them.
inline unsigned mode_of(const std::filesystem::path& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

}  // namespace clams::testing
