// SPDX-License-Identifier: Apache-2.0
#ifdef WHISPER_HAS_FFMPEG
#include "audio/sound_converter.hpp"

#include "audio/audio_file.hpp"
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <string>

namespace whisper {

namespace {

constexpr int kFlushSamples = 4096;
// Beyond what any recording has; FFmpeg's filter would need a lot of memory for it.
constexpr int kHighestRate = 8 * 768000;

void require(int result, const char* problem) {
  if (result >= 0) return;
  throw clams::Error{clams::ErrorCode::invalid_input,
                     std::string{problem} + ": " + libav::error_text(result)};
}

}  // namespace

SoundConverter::Shape SoundConverter::shape_of(const AVFrame& frame) {
  const auto& layout = frame.ch_layout;
  return {frame.format, frame.sample_rate, layout.nb_channels,
          layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : 0};
}

void SoundConverter::open(const AVFrame& frame) {
  if (frame.sample_rate <= 0 || frame.sample_rate > kHighestRate) {
    throw clams::Error{clams::ErrorCode::invalid_input,
                       "its sample rate is " + std::to_string(frame.sample_rate) + " Hz"};
  }
  AVChannelLayout from{};
  const clams::ScopeExit discard{[&] { av_channel_layout_uninit(&from); }};
  if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&from, frame.ch_layout.nb_channels);
  } else {
    require(av_channel_layout_copy(&from, &frame.ch_layout), "its channels cannot be mixed");
  }
  AVChannelLayout mono{};
  av_channel_layout_default(&mono, 1);
  SwrContext* made = nullptr;
  const int result =
      swr_alloc_set_opts2(&made, &mono, AV_SAMPLE_FMT_S16, kSampleRate, &from,
                          static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
  resampler_.reset(made);
  require(result, "its channels cannot be mixed");
  require(swr_init(resampler_.get()), "its sound cannot be resampled");
  shape_ = shape_of(frame);
}

void SoundConverter::convert(const AVFrame& frame, std::vector<std::int16_t>& samples) {
  if (resampler_ && shape_of(frame) != shape_) finish(samples);
  if (!resampler_) open(frame);
  const int room = swr_get_out_samples(resampler_.get(), frame.nb_samples);
  require(room, "its sound cannot be resampled");
  require(append(&frame, room, samples), "its sound cannot be resampled");
}

void SoundConverter::finish(std::vector<std::int16_t>& samples) {
  while (resampler_) {
    const int got = append(nullptr, kFlushSamples, samples);
    if (got <= 0) resampler_.reset();
  }
}

int SoundConverter::append(const AVFrame* frame, int room, std::vector<std::int16_t>& samples) {
  const auto before = samples.size();
  samples.resize(before + static_cast<std::size_t>(room));
  auto* out = reinterpret_cast<std::uint8_t*>(samples.data() + before);
  // Older releases take a pointer to non-const planes; none writes to them.
  auto** in = frame == nullptr ? nullptr : const_cast<const std::uint8_t**>(frame->extended_data);
  const int got =
      swr_convert(resampler_.get(), &out, room, in, frame == nullptr ? 0 : frame->nb_samples);
  samples.resize(before + static_cast<std::size_t>(std::max(got, 0)));
  return got;
}

}  // namespace whisper
#endif
