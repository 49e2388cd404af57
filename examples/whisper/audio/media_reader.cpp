// SPDX-License-Identifier: Apache-2.0
#ifdef WHISPER_HAS_FFMPEG
#include "audio/media_reader.hpp"

#include "audio/decoded_samples.hpp"
#include "audio/media_input.hpp"
#include "audio/sound_converter.hpp"
#include <clams/util/error.hpp>

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
    const auto decode = [this](std::vector<std::int16_t>& to) { decode_packets(to); };
    return decoded_.read(samples, decode,
                         [](std::int16_t sample) { return static_cast<float>(sample) / 32768.0F; });
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

  /// Decodes until there are samples; none are the end.
  void decode_packets(std::vector<std::int16_t>& samples) {
    while (samples.empty() && !ended_) {
      if (input_->read(*packet_)) {
        if (packet_->stream_index == stream_->index) decode(packet_.get(), samples);
        av_packet_unref(packet_.get());
      } else {
        finish(samples);
      }
    }
    guard_.count(samples.size());
  }

  void decode(const AVPacket* packet, std::vector<std::int16_t>& samples) {
    // A damaged packet is left out, as the ffmpeg program does it.
    if (const int sent = avcodec_send_packet(codec_.get(), packet); sent < 0) problem_ = sent;
    int result = 0;
    while ((result = avcodec_receive_frame(codec_.get(), frame_.get())) >= 0) {
      guard_.check();
      convert(samples);
      av_frame_unref(frame_.get());
    }
    if (result != AVERROR(EAGAIN) && result != AVERROR_EOF) problem_ = result;
  }

  void convert(std::vector<std::int16_t>& samples) {
    try {
      converter_.convert(*frame_, samples);
      anything_decoded_ = true;
    } catch (const clams::Error& error) {
      guard_.refuse(error.what());
    }
  }

  void finish(std::vector<std::int16_t>& samples) {
    decode(nullptr, samples);
    converter_.finish(samples);
    ended_ = true;
    if (!anything_decoded_) require(problem_);
  }

  ReadGuard guard_;
  libav::Packet packet_;
  libav::Frame frame_;
  std::unique_ptr<MediaInput> input_;
  AVStream* stream_ = nullptr;
  libav::Codec codec_;
  SoundConverter converter_;
  DecodedSamples<std::int16_t> decoded_;
  int problem_ = 0;  // the last error of the decoder
  bool anything_decoded_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<AudioReader> open_media(const AudioSource& source) {
  return std::make_unique<MediaReader>(source);
}

}  // namespace whisper
#endif
