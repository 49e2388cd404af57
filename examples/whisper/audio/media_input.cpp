// SPDX-License-Identifier: Apache-2.0
#ifdef WHISPER_HAS_FFMPEG
#include "audio/media_input.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <new>
#include <string_view>

namespace whisper {

namespace {

constexpr int kBufferBytes = 64 * 1024;
// Some demuxers ask to be called again without having read; none does so for ever on a file.
constexpr int kMostRetries = 1000;

// Demuxers whose files are only lists of other files or addresses.
constexpr std::array<std::string_view, 9> kPlaylists{
    "hls", "concat", "dash", "imf", "sdp", "rtsp", "rtp", "sap", "webm_dash_manifest"};

bool is_playlist(const AVInputFormat& kind) {
  if ((kind.flags & AVFMT_NOFILE) != 0) return true;  // opens what it reads itself
  const std::string_view name{kind.name};
  return std::find(kPlaylists.begin(), kPlaylists.end(), name) != kPlaylists.end() ||
         name.starts_with("image2");
}

int open_nothing(AVFormatContext* /*format*/, AVIOContext** /*io*/, const char* /*address*/,
                 int /*flags*/, AVDictionary** /*options*/) {
  return AVERROR(EPERM);
}

int is_interrupted(void* guard) { return static_cast<ReadGuard*>(guard)->should_stop() ? 1 : 0; }

// What matters reaches the user as an error; the rest would fill stderr with warnings.
void silence_ffmpeg() {
  static const bool silenced = [] {
    av_log_set_callback(
        [](void* /*context*/, int /*level*/, const char* /*format*/, va_list /*arguments*/) {});
    return true;
  }();
  static_cast<void>(silenced);
}

}  // namespace

MediaInput::MediaInput(const ReadGuard& guard)
    : guard_(guard), file_(guard.source(), guard.name()) {
  silence_ffmpeg();
  auto* buffer = libav::allocated(static_cast<unsigned char*>(av_malloc(kBufferBytes)));
  io_.reset(avio_alloc_context(buffer, kBufferBytes, 0, this, read_bytes, nullptr, seek));
  if (!io_) {
    av_free(buffer);
    throw std::bad_alloc{};
  }
  open(probe());
  require(avformat_find_stream_info(format_.get(), nullptr), "its streams cannot be read");
}

const AVInputFormat* MediaInput::probe() {
  decltype(av_find_input_format("")) kind = nullptr;
  const auto path = guard_.source().path.string();
  require(av_probe_input_buffer2(io_.get(), &kind, path.c_str(), nullptr, 0, 0),
          "it is not a media file");
  if (is_playlist(*kind)) {
    guard_.refuse("it is a list of other files (" + std::string{kind->name} +
                  "), not a media file; pass the media file itself");
  }
  return kind;
}

void MediaInput::open(const AVInputFormat* kind) {
  auto* context = libav::allocated(avformat_alloc_context());
  context->pb = io_.get();
  context->io_open = open_nothing;
  context->interrupt_callback = {is_interrupted, const_cast<ReadGuard*>(&guard_)};
  context->protocol_whitelist = av_strdup("none");  // for demuxers that make contexts of their own
  const auto path = guard_.source().path.string();
  // Frees the context if it fails.
  require(avformat_open_input(&context, path.c_str(), kind, nullptr), "it is not a media file");
  format_.reset(context);
}

AVStream& MediaInput::select_audio() {
  const int wanted = guard_.source().stream.value_or(0);
  int seen = 0;
  AVStream* selected = nullptr;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream* stream = format_->streams[i];
    stream->discard = AVDISCARD_ALL;
    if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO && seen++ == wanted) selected = stream;
  }
  if (seen == 0) guard_.refuse("it has no audio");
  if (selected == nullptr) {
    guard_.refuse("it has no audio stream " + std::to_string(wanted) + "; it has " +
                  std::to_string(seen) + ", counted from 0");
  }
  selected->discard = AVDISCARD_DEFAULT;
  return *selected;
}

bool MediaInput::read(AVPacket& packet) {
  int result = AVERROR(EAGAIN);
  for (int i = 0; i < kMostRetries && result == AVERROR(EAGAIN); ++i) {
    guard_.check();
    result = av_read_frame(format_.get(), &packet);
  }
  if (failure_) std::rethrow_exception(failure_);
  guard_.check();
  // Like the ffmpeg program: a file that is damaged further on ends there.
  return result >= 0;
}

double MediaInput::seconds(const AVStream& stream) const {
  if (stream.duration != AV_NOPTS_VALUE) {
    return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  }
  if (format_->duration == AV_NOPTS_VALUE) return -1.0;
  return static_cast<double>(format_->duration) / AV_TIME_BASE;
}

void MediaInput::require(int result, const char* problem) const {
  if (failure_) std::rethrow_exception(failure_);
  guard_.check();
  if (result < 0) guard_.refuse(std::string{problem} + ": " + libav::error_text(result));
}

int MediaInput::read_bytes(void* self, std::uint8_t* buffer, int size) noexcept {
  auto& input = *static_cast<MediaInput*>(self);
  if (input.guard_.should_stop()) return AVERROR_EXIT;
  try {
    const std::span bytes{reinterpret_cast<std::byte*>(buffer), static_cast<std::size_t>(size)};
    const auto got = input.file_.read_at(input.position_, bytes);
    input.position_ += static_cast<std::int64_t>(got);
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
  } catch (...) {
    input.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

std::int64_t MediaInput::seek(void* self, std::int64_t offset, int whence) noexcept {
  auto& input = *static_cast<MediaInput*>(self);
  std::int64_t base = 0;
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return input.file_.size();
    case SEEK_SET: break;
    case SEEK_CUR: base = input.position_; break;
    case SEEK_END: base = input.file_.size(); break;
    default: return AVERROR(EINVAL);
  }
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  input.position_ = target;
  return target;
}

}  // namespace whisper
#endif
