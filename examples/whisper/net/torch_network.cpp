// SPDX-License-Identifier: Apache-2.0
#include "net/torch_network.hpp"

#include "net/alignment.hpp"
#include "net/decoder.hpp"
#include "net/decoder_run.hpp"
#include "net/device_scope.hpp"
#include "net/encoder.hpp"
#include "net/placement.hpp"
#include "net/step_run.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <string>

namespace whisper {
namespace {

using clams::Error;
using clams::ErrorCode;

const TorchFeatures& own(const AudioFeatures& features) {
  const auto* found = dynamic_cast<const TorchFeatures*>(&features);
  if (found == nullptr) throw Error(ErrorCode::internal, "the features are of another network");
  return *found;
}

at::Tensor window_of(const at::Tensor& all, std::size_t window) {
  return all.narrow(0, static_cast<std::int64_t>(window), 1);
}

std::vector<CrossKeyValues> together(std::span<const FeatureWindow> windows) {
  if (windows.empty()) throw Error(ErrorCode::internal, "there are no windows to gather");
  const auto positions = windows.front().features->positions();
  for (const auto& [features, window] : windows) {
    if (features->positions() == positions) continue;
    throw Error(ErrorCode::internal, "windows of different lengths cannot be gathered");
  }
  const auto count = own(*windows.front().features).layers().size();
  std::vector<CrossKeyValues> layers;
  for (std::size_t layer = 0; layer < count; ++layer) {
    std::vector<at::Tensor> some;
    for (const auto& [features, window] : windows) {
      some.push_back(window_of(own(*features).layers().at(layer).windows, window));
    }
    layers.push_back(own(*windows.front().features).layers().at(layer).with(at::cat(some)));
  }
  return layers;
}

/// Ownership: owns the weights.
/// Threads: thread-safe.
/// Errors: what libtorch throws.
class TorchNetwork final : public Network {
 public:
  TorchNetwork(const ModelFile& file, const Placement& placement)
      : dimensions_(file.dimensions),
        device_(placement.device),
        decoder_(Weights{file, placement.decoder, placement.device},
                 Weights{file, placement.encoder, placement.device}),
        encoder_(Weights{file, placement.encoder, placement.device}) {}

  [[nodiscard]] const Dimensions& dimensions() const noexcept override { return dimensions_; }

  [[nodiscard]] std::shared_ptr<const AudioFeatures> encode(
      std::span<const MelWindow> windows) const override {
    const DeviceScope scope{stream_of_its_own(device_)};
    auto layers = decoder_.read_audio(encoder_(spectrograms(windows)));
    scope.wait();  // others will read them
    return std::make_shared<TorchFeatures>(std::move(layers));
  }

  [[nodiscard]] std::shared_ptr<const AudioFeatures> gather(
      std::span<const FeatureWindow> windows) const override {
    const DeviceScope scope{stream_of_its_own(device_)};
    auto layers = together(windows);
    scope.wait();
    return std::make_shared<TorchFeatures>(std::move(layers));
  }

  [[nodiscard]] std::unique_ptr<DecoderRun> start(
      std::shared_ptr<const AudioFeatures> features) const override {
    (void)own(*features);
    auto ours = std::static_pointer_cast<const TorchFeatures>(features);
    if (const auto* steps = decoder_.steps(); steps != nullptr) {
      return std::make_unique<StepRun>(*steps, std::move(ours));
    }
    return std::make_unique<TorchDecoderRun>(decoder_, dimensions_, device_, std::move(ours));
  }

  [[nodiscard]] CrossAttention cross_attention(const AudioFeatures& features,
                                               const AlignmentQuestion& question) const override {
    const DeviceScope scope{stream_of_its_own(device_)};
    return align(decoder_, dimensions_, own(features), question);
  }

 private:
  [[nodiscard]] at::Tensor spectrograms(std::span<const MelWindow> windows) const {
    if (windows.empty()) throw Error(ErrorCode::internal, "there is no window to encode");
    const auto mels = dimensions_.mels;
    const auto frames = windows.front().frames;
    auto mel = at::empty({std::ssize(windows), mels, frames}, at::kFloat);
    auto* to = mel.data_ptr<float>();
    for (const auto& window : windows) {
      require_fit(window, frames);
      to = std::copy(window.values.begin(), window.values.end(), to);
    }
    return mel.to(device_);
  }

  void require_fit(const MelWindow& window, int frames) const {
    const auto most = 2 * dimensions_.audio_context;
    if (window.mels == dimensions_.mels && window.frames == frames && frames > 0 &&
        frames <= most && frames % 2 == 0) {
      return;
    }
    throw Error(ErrorCode::internal,
                "a spectrogram of " + std::to_string(window.mels) + " x " +
                    std::to_string(window.frames) + " does not fit the network, which takes " +
                    std::to_string(dimensions_.mels) + " x " + std::to_string(most) +
                    ", or an even number less, as many of each window");
  }

  Dimensions dimensions_;
  c10::Device device_;
  Decoder decoder_;
  Encoder encoder_;
};

}  // namespace

std::unique_ptr<Network> make_torch_network(const ModelFile& file, const NetworkOptions& options) {
  return place_network(file, placement_of(options));
}

std::unique_ptr<Network> place_network(const ModelFile& file, const Placement& placement) {
  const DeviceScope scope{stream_of_its_own(placement.device)};
  auto network = std::make_unique<TorchNetwork>(file, placement);
  scope.wait();
  return network;
}

}  // namespace whisper
