// SPDX-License-Identifier: Apache-2.0
#include "audio/source_file.hpp"

#include <clams/util/error.hpp>

#include <algorithm>
#include <utility>

namespace whisper {

namespace {

// The errors of `use`, with the source's name.
template <typename Use>
auto named(const std::string& name, Use use) {
  try {
    return use();
  } catch (const clams::Error& error) {
    throw clams::Error{error.code(), name + ": " + error.what()};
  }
}

}  // namespace

SourceFile::SourceFile(const AudioSource& source, std::string name)
    : name_(std::move(name)), bytes_(source.bytes), file_(source.file) {
  if (bytes_) {
    size_ = static_cast<std::int64_t>(bytes_->size());
    return;
  }
  if (file_ == nullptr) {
    own_.emplace(named(name_, [&] { return clams::open_media_file(source.path); }));
    file_ = &*own_;
  }
  size_ = named(name_, [&] { return file_->size(); });
}

std::size_t SourceFile::read_at(std::int64_t offset, std::span<std::byte> bytes) const {
  if (!bytes_) return named(name_, [&] { return file_->read_at(offset, bytes); });
  const auto from = static_cast<std::size_t>(std::clamp<std::int64_t>(offset, 0, size_));
  const auto piece = bytes_->subspan(from, std::min(bytes.size(), bytes_->size() - from));
  std::copy(piece.begin(), piece.end(), bytes.begin());
  return piece.size();
}

}  // namespace whisper
