// SPDX-License-Identifier: Apache-2.0
#include "model/model_identity.hpp"

#include "model/byte_reader.hpp"
#include "model/cache_folders.hpp"
#include "model/mapped_file.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>
#include <clams/util/hash.hpp>
#include <clams/util/json.hpp>

#include <fmt/format.h>

#include <optional>
#include <sys/stat.h>

namespace whisper {

namespace fs = std::filesystem;

namespace {

// What changes when another file comes to this path, or the file is written to.
std::string fingerprint(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};
  return fmt::format("{}:{}:{}:{}.{:09}", status.st_dev, status.st_ino, status.st_size,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

/// The note about one file in the cache; each file has its own, so that writers do not meet.
class Note {
 public:
  Note(const fs::path& file, const clams::Environment& environment) {
    if (const auto cache = own_cache(environment)) {
      const std::string name = clams::sha256_hex(file.string()).substr(0, 32);
      path_ = *cache / "hashes" / (name + ".json");
    }
  }

  [[nodiscard]] std::optional<std::string> read(const std::string& fingerprint) const {
    if (path_.empty() || fingerprint.empty()) return std::nullopt;
    try {
      const auto note = clams::parse_json(clams::read_file(path_));
      if (note.at("file") == fingerprint) return note.at("sha256").get<std::string>();
    } catch (const clams::Error&) {
      return std::nullopt;  // no note, or none that can be read: the hash is taken again
    } catch (const clams::Json::exception&) {
      return std::nullopt;
    }
    return std::nullopt;
  }

  void write(const std::string& fingerprint, const std::string& sha256) const {
    if (path_.empty()) return;
    const clams::Json note{{"file", fingerprint}, {"sha256", sha256}};
    try {
      clams::real_file_ops().create_directories(path_.parent_path());
      clams::write_file_atomically(path_, clams::write_json(note));
    } catch (const clams::Error&) {
      return;  // a cache that cannot be written to costs time only
    }
  }

 private:
  fs::path path_;  // empty: there is no cache
};

std::string remembered_sha256(const fs::path& file, const clams::Environment& environment) {
  const fs::path absolute = fs::absolute(file);
  const Note note{absolute, environment};
  const std::string before = fingerprint(absolute);
  if (auto known = note.read(before)) return *std::move(known);
  std::string sha256 = file_sha256(absolute);
  if (!before.empty() && fingerprint(absolute) == before) note.write(before, sha256);
  return sha256;
}

}  // namespace

std::string file_sha256(const fs::path& file) {
  const MappedFile mapped{file};
  return clams::sha256_hex(as_text(mapped.bytes()));
}

std::string weights_sha256(std::span<const fs::path> weights,
                           const clams::Environment& environment) {
  if (weights.size() == 1) return remembered_sha256(weights.front(), environment);
  clams::Sha256 all;
  for (const auto& file : weights) all.update(remembered_sha256(file, environment));
  return all.hex();
}

}  // namespace whisper
