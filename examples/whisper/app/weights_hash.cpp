// SPDX-License-Identifier: Apache-2.0
#include "app/weights_hash.hpp"

#include <clams/util/error.hpp>
#include <clams/util/hash.hpp>

#include <fstream>

namespace whisper {

std::string hash_files(const WeightsHash::Files& files) {
  constexpr std::size_t kPiece = 1U << 20U;
  clams::Sha256 hash;
  std::string piece(kPiece, '\0');
  for (const auto& path : files) {
    std::ifstream file{path, std::ios::binary};
    if (!file) throw clams::Error{clams::ErrorCode::io, "cannot read " + path.string()};
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
           file.gcount() > 0) {
      hash.update({piece.data(), static_cast<std::size_t>(file.gcount())});
    }
    if (file.bad()) throw clams::Error{clams::ErrorCode::io, "cannot read " + path.string()};
  }
  return hash.hex();
}

void WeightsHash::start(const Files& files) {
  const std::scoped_lock lock{mutex_};
  if (known_.contains(files)) return;
  known_.emplace(files, std::async(std::launch::async, hash_files, files).share());
}

std::string WeightsHash::of(const Files& files) {
  start(files);
  std::shared_future<std::string> hash;
  {
    const std::scoped_lock lock{mutex_};
    hash = known_.at(files);
  }
  return hash.get();
}

}  // namespace whisper
