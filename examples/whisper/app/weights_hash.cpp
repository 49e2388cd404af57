// SPDX-License-Identifier: Apache-2.0
#include "app/weights_hash.hpp"

namespace whisper {

void WeightsHash::start(const Files& files, const TakeHash& take) {
  const std::scoped_lock lock{mutex_};
  if (known_.contains(files)) return;
  known_.emplace(files, std::async(std::launch::async, take, files).share());
}

std::string WeightsHash::of(const Files& files) const {
  std::shared_future<std::string> hash;
  {
    const std::scoped_lock lock{mutex_};
    hash = known_.at(files);
  }
  return hash.get();
}

}  // namespace whisper
