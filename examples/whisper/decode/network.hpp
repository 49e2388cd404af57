// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "model/dimensions.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace whisper {

/// What the encoder made of a batch of windows: opaque to all but the network that made it.
///
/// Ownership: shared between those who decode it.
/// Threads: immutable.
/// Errors: none.
class AudioFeatures {
 public:
  AudioFeatures() = default;
  AudioFeatures(const AudioFeatures&) = delete;
  AudioFeatures& operator=(const AudioFeatures&) = delete;
  AudioFeatures(AudioFeatures&&) = delete;
  AudioFeatures& operator=(AudioFeatures&&) = delete;
  virtual ~AudioFeatures() = default;

  [[nodiscard]] virtual std::size_t windows() const noexcept = 0;
  /// How many positions each window has: one for two frames that were encoded.
  [[nodiscard]] virtual std::size_t positions() const noexcept = 0;
};

/// One window of some features.
struct FeatureWindow {
  std::shared_ptr<const AudioFeatures> features = {};
  std::size_t window = 0;
};

/// Rows of the network's scores for the next token, one a row, `vocabulary` numbers each. Valid
/// until the run's next call.
struct Logits {
  std::span<float> values = {};  ///< the caller may change them in place
  std::size_t vocabulary = 0;

  [[nodiscard]] std::size_t rows() const noexcept { return values.size() / vocabulary; }
  [[nodiscard]] std::span<float> row(std::size_t index) const {
    return values.subspan(index * vocabulary, vocabulary);
  }
};

/// Several transcripts growing token by token over the same features. Row r belongs to window
/// r / (rows / windows): all rows of a window stand together.
///
/// Ownership: owns its cache; shares the features.
/// Threads: confined. Runs of one network may be used side by side.
/// Errors: clams::Error invalid_input if the text context is full.
class DecoderRun {
 public:
  DecoderRun() = default;
  DecoderRun(const DecoderRun&) = delete;
  DecoderRun& operator=(const DecoderRun&) = delete;
  DecoderRun(DecoderRun&&) = delete;
  DecoderRun& operator=(DecoderRun&&) = delete;
  virtual ~DecoderRun() = default;

  /// Feeds the beginning of the transcripts: one per window, all of one length, one after the
  /// other. Called once, first. Returns for each window the scores after the token at each of
  /// `positions`: row w * positions.size() + p.
  [[nodiscard]] virtual Logits begin(std::span<const int> prompts,
                                     std::span<const std::size_t> positions) = 0;

  /// From now on each window has `rows` rows, all as far as its one row was.
  virtual void fan_out(std::size_t rows) = 0;

  /// Feeds one token to each row, and returns the scores after it.
  [[nodiscard]] virtual Logits step(std::span<const int> tokens) = 0;

  /// Row i goes on from what row `sources[i]` of the same window was.
  virtual void reorder(std::span<const std::size_t> sources) = 0;

  /// Goes on with these windows only, in this order; their rows keep theirs.
  virtual void keep_windows(std::span<const std::size_t> windows) = 0;
};

/// How much each token of a transcript looks at each encoder position, for one window.
struct CrossAttention {
  std::size_t heads = 0;
  std::size_t tokens = 0;
  std::size_t positions = 0;
  std::vector<float> scores = {};               ///< before the softmax: [head][token][position]
  std::vector<float> token_probabilities = {};  ///< of each text token, given those before it
};

/// What cross_attention is asked.
struct AlignmentQuestion {
  std::size_t window = 0;
  std::span<const int> start = {};  ///< start sequence and `no_timestamps`
  std::span<const int> text = {};   ///< text tokens, without special ones
  int end_of_text = 0;              ///< follows them
  std::span<const AlignmentHead> heads = {};
};

/// A Whisper network on a device. The one place that knows kernels and compute types.
///
/// Ownership: owns the weights; one copy serves any number of runs.
/// Threads: thread-safe.
/// Errors: what the device's library throws.
class Network {
 public:
  Network() = default;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  Network(Network&&) = delete;
  Network& operator=(Network&&) = delete;
  virtual ~Network() = default;

  [[nodiscard]] virtual const Dimensions& dimensions() const noexcept = 0;

  /// Encodes a batch of windows, all with the same even number of frames: the network's, or less.
  [[nodiscard]] virtual std::shared_ptr<const AudioFeatures> encode(
      std::span<const MelWindow> windows) const = 0;

  /// The same windows as one batch, in this order; they may come from several encodings, but all
  /// have as many positions.
  [[nodiscard]] virtual std::shared_ptr<const AudioFeatures> gather(
      std::span<const FeatureWindow> windows) const = 0;

  /// Begins a transcript for each window of the features.
  [[nodiscard]] virtual std::unique_ptr<DecoderRun> start(
      std::shared_ptr<const AudioFeatures> features) const = 0;

  /// Reads a finished transcript again, to see where it looked.
  /// The tokens fed are start, text, end_of_text; all of them have rows in the scores.
  [[nodiscard]] virtual CrossAttention cross_attention(const AudioFeatures& features,
                                                       const AlignmentQuestion& question) const = 0;
};

/// `to` = log of the softmax of `logits`. Both have the vocabulary's size; may be the same.
void log_softmax(std::span<const float> logits, std::span<float> to);

}  // namespace whisper
