// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/window_service.hpp"
#include "text/tokenizer.hpp"

namespace whisper {

/// Decodes a request's windows by themselves, in the caller's thread.
///
/// Ownership: borrows network and tokenizer.
/// Threads: thread-safe.
/// Errors: as WindowService.
class LoneWindows final : public WindowService {
 public:
  LoneWindows(const Network& network, const Tokenizer& tokenizer);

  [[nodiscard]] std::vector<DecodedWindow> decode(std::shared_ptr<const AudioFeatures> features,
                                                  std::span<const DecodingOptions> options,
                                                  const std::function<void()>& check_stop) override;

 private:
  const Network& network_;
  const Tokenizer& tokenizer_;
};

}  // namespace whisper
