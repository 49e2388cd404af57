// SPDX-License-Identifier: Apache-2.0
#ifdef WHISPER_HAS_FFMPEG
#include "audio/media_reader.hpp"

#include "audio/media_input.hpp"
#include "audio/sound_converter.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace whisper {

namespace {

/// Ownership: owns the file and the decoder.
/// Threads: confined.
/// Errors: as AudioReader.
class MediaReader final : public AudioReader {
 public:
  explicit MediaReader(const AudioSource& source)
      : guard_(source),
        packet_(libav::allocated(av_packet_alloc())),
        frame_(libav::allocated(av_frame_alloc())) {
    const ReadGuard::Running running{guard_};
    input_ = std::make_unique<MediaInput>(guard_);
    stream_ = &input_->select_audio();
    open_decoder();
  }

  std::size_t read(std::span<float> samples) override {
    const ReadGuard::Running running{guard_};
    std::size_t done = 0;
    while (done < samples.size()) {
      if (given_ == pending_.size() && !refill()) break;
      const auto count = std::min(samples.size() - done, pending_.size() - given_);
      for (std::size_t i = 0; i < count; ++i) {
        samples[done + i] = static_cast<float>(pending_[given_ + i]) / 32768.0F;
      }
      given_ += count;
      done += count;
    }
    return done;
  }

  [[nodiscard]] std::optional<std::size_t> expected_samples() const override {
    const double seconds = input_->seconds(*stream_);
    constexpr double kMostSeconds = 1e9;  // what a damaged header says does not fit an integer
    if (!(seconds >= 0) || seconds > kMostSeconds) return std::nullopt;
    return static_cast<std::size_t>(seconds * kSampleRate);
  }

 private:
  void open_decoder() {
    const auto* decoder = avcodec_find_decoder(stream_->codecpar->codec_id);
    if (decoder == nullptr) {
      guard_.refuse(std::string{"there is no decoder for its audio ("} +
                    avcodec_get_name(stream_->codecpar->codec_id) + ")");
    }
    codec_.reset(libav::allocated(avcodec_alloc_context3(decoder)));
    require(avcodec_parameters_to_context(codec_.get(), stream_->codecpar));
    codec_->pkt_timebase = stream_->time_base;  // needed to cut what encoders put at the ends
    codec_->thread_count = 1;
    require(avcodec_open2(codec_.get(), decoder, nullptr));
  }

  void require(int result) const {
    if (result < 0) guard_.refuse("its audio cannot be decoded: " + libav::error_text(result));
  }

  /// Decodes until there are samples; false at the end.
  bool refill() {
    pending_.clear();
    given_ = 0;
    while (pending_.empty() && !ended_) {
      if (input_->read(*packet_)) {
        if (packet_->stream_index == stream_->index) decode(packet_.get());
        av_packet_unref(packet_.get());
      } else {
        finish();
      }
    }
    guard_.count(pending_.size());
    return !pending_.empty();
  }

  void decode(const AVPacket* packet) {
    // A damaged packet is left out, as the ffmpeg program does it.
    if (const int sent = avcodec_send_packet(codec_.get(), packet); sent < 0) problem_ = sent;
    int result = 0;
    while ((result = avcodec_receive_frame(codec_.get(), frame_.get())) >= 0) {
      guard_.check();
      convert();
      av_frame_unref(frame_.get());
    }
    if (result != AVERROR(EAGAIN) && result != AVERROR_EOF) problem_ = result;
  }

  void convert() {
    try {
      converter_.convert(*frame_, pending_);
      decoded_ = true;
    } catch (const clams::Error& error) {
      guard_.refuse(error.what());
    }
  }

  void finish() {
    decode(nullptr);
    converter_.finish(pending_);
    ended_ = true;
    if (!decoded_) require(problem_);
  }

  ReadGuard guard_;
  libav::Packet packet_;
  libav::Frame frame_;
  std::unique_ptr<MediaInput> input_;
  AVStream* stream_ = nullptr;
  libav::Codec codec_;
  SoundConverter converter_;
  std::vector<std::int16_t> pending_;
  std::size_t given_ = 0;
  int problem_ = 0;  // the last error of the decoder
  bool decoded_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<AudioReader> open_media(const AudioSource& source) {
  return std::make_unique<MediaReader>(source);
}

}  // namespace whisper
#endif
