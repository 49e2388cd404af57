// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one place that includes FFmpeg's headers (5.1 or later) and says how its things are freed.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include <array>
#include <memory>
#include <new>
#include <string>

namespace whisper::libav {

struct FormatDeleter {
  void operator()(AVFormatContext* context) const noexcept { avformat_close_input(&context); }
};
struct CodecDeleter {
  void operator()(AVCodecContext* context) const noexcept { avcodec_free_context(&context); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const noexcept { av_frame_free(&frame); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const noexcept { av_packet_free(&packet); }
};
struct ResamplerDeleter {
  void operator()(SwrContext* context) const noexcept { swr_free(&context); }
};
struct IoDeleter {
  void operator()(AVIOContext* context) const noexcept {
    av_freep(static_cast<void*>(&context->buffer));  // FFmpeg may have replaced it
    avio_context_free(&context);
  }
};

using Format = std::unique_ptr<AVFormatContext, FormatDeleter>;
using Codec = std::unique_ptr<AVCodecContext, CodecDeleter>;
using Frame = std::unique_ptr<AVFrame, FrameDeleter>;
using Packet = std::unique_ptr<AVPacket, PacketDeleter>;
using Resampler = std::unique_ptr<SwrContext, ResamplerDeleter>;
using Io = std::unique_ptr<AVIOContext, IoDeleter>;

/// A pointer that FFmpeg gave, or bad_alloc: it gives none when it is out of memory.
template <typename Pointer>
[[nodiscard]] Pointer allocated(Pointer pointer) {
  if (!pointer) throw std::bad_alloc{};
  return pointer;
}

/// FFmpeg's words for one of its error codes.
[[nodiscard]] inline std::string error_text(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

}  // namespace whisper::libav
