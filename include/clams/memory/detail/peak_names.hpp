// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clams::detail {

/// Which record: the app as its folder spells it, and the hash of the parameters.
struct PeakName {
  std::string app;
  std::string hash;

  friend auto operator<=>(const PeakName&, const PeakName&) = default;

  [[nodiscard]] std::string file() const { return "memory_" + hash + ".json"; }
  [[nodiscard]] std::string bad_file() const { return file() + ".bad"; }
  [[nodiscard]] std::string lock_file() const { return ".memory_" + hash + ".lock"; }
  [[nodiscard]] std::string new_file() const { return "." + file() + ".new"; }
};

/// The folder that clams-python keeps an app's records in: the identifier with `-` for `/` and `:`.
/// @throws Error usage if that is no name of a folder.
[[nodiscard]] std::string peak_folder_name(const std::string& app);

/// @throws Error usage unless `hash` is 32 hexadecimal digits in lower case.
void check_peak_hash(const std::string& hash);

/// Whether a folder found on the disk can be an app's.
[[nodiscard]] bool is_peak_folder_name(std::string_view name);

/// The hash in the name of a record, or of the files that come and go around it.
[[nodiscard]] std::optional<std::string> hash_in_file_name(std::string_view name);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_names.ipp>
#endif
