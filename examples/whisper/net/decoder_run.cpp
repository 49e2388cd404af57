// SPDX-License-Identifier: Apache-2.0
#include "net/decoder_run.hpp"

#include "net/run_rules.hpp"
#include "net/tokens.hpp"

#include <algorithm>

namespace whisper {

TorchDecoderRun::TorchDecoderRun(const Decoder& decoder, const Dimensions& dimensions,
                                 c10::Device device, std::shared_ptr<const TorchFeatures> features)
    : decoder_(decoder),
      dimensions_(dimensions),
      device_(device),
      stream_(stream_of_its_own(device)),
      features_(std::move(features)),
      audio_(features_->layers()),
      cache_([&] {
        const DeviceScope scope{stream_};
        return decoder.make_cache(windows());
      }()) {}

Logits TorchDecoderRun::begin(std::span<const int> prompts,
                              std::span<const std::size_t> positions) {
  const DeviceScope scope{stream_};
  require_run(cache_.length() == 0, "begin() is called once, and first");
  const auto hidden = feed(prompts);
  std::vector<int> chosen;
  for (const auto position : positions) chosen.push_back(static_cast<int>(position));
  const auto index = tokens_on(chosen, {std::ssize(chosen)}, device_);
  return score(hidden.index_select(1, index).view({-1, hidden.size(2)}));
}

Logits TorchDecoderRun::step(std::span<const int> tokens) {
  const DeviceScope scope{stream_};
  require_run(std::ssize(tokens) == cache_.rows(), "step() takes one token a row");
  return score(feed(tokens).squeeze(1));
}

at::Tensor TorchDecoderRun::feed(std::span<const int> tokens) {
  const auto rows = cache_.rows();
  require_run(!tokens.empty() && std::ssize(tokens) % rows == 0, "all rows get as many tokens");
  const auto count = std::ssize(tokens) / rows;
  require_context(static_cast<std::size_t>(cache_.length() + count),
                  static_cast<std::size_t>(dimensions_.text_context));
  return decoder_.forward(tokens_on(tokens, {rows, count}, device_), audio_, cache_);
}

Logits TorchDecoderRun::score(const at::Tensor& hidden) {
  const auto scores = decoder_.score(hidden);
  if (device_.is_cpu()) {
    logits_ = scores;
  } else {
    if (!logits_.defined() || logits_.size(0) < scores.size(0)) {
      logits_ = at::empty_like(scores, scores.options().device(c10::kCPU).pinned_memory(true));
    }
    logits_.narrow(0, 0, scores.size(0)).copy_(scores);
  }
  return {{logits_.mutable_data_ptr<float>(), static_cast<std::size_t>(scores.numel())},
          static_cast<std::size_t>(scores.size(1))};
}

void TorchDecoderRun::fan_out(std::size_t rows) {
  const DeviceScope scope{stream_};
  require_run(cache_.rows() == windows(), "fan_out() is called once");
  std::vector<std::int64_t> sources;
  for (std::int64_t window = 0; window < windows(); ++window) {
    sources.insert(sources.end(), rows, window);
  }
  cache_.select(sources);
}

void TorchDecoderRun::reorder(std::span<const std::size_t> sources) {
  const DeviceScope scope{stream_};
  require_run(std::ssize(sources) == cache_.rows(), "reorder() takes one source a row");
  cache_.reorder(std::vector<std::int64_t>(sources.begin(), sources.end()));
}

void TorchDecoderRun::keep_windows(std::span<const std::size_t> kept) {
  const DeviceScope scope{stream_};
  const auto rows = cache_.rows() / windows();
  std::vector<int> index;
  std::vector<std::int64_t> sources;
  for (const auto window : kept) {
    index.push_back(static_cast<int>(window));
    for (std::int64_t row = 0; row < rows; ++row) {
      sources.push_back(static_cast<std::int64_t>(window) * rows + row);
    }
  }
  const auto chosen = tokens_on(index, {std::ssize(index)}, device_);
  for (auto& layer : audio_) {
    layer.windows = layer.windows.index_select(0, chosen);
  }
  cache_.select(sources);
  scope.wait();  // nobody else may change what is being read
}

}  // namespace whisper
