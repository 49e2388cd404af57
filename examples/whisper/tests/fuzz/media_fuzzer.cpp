// SPDX-License-Identifier: Apache-2.0
// Any bytes as a media file, for FFmpeg and for our own WAV reader: an error at worst.
#include "audio/audio_file.hpp"
#include "audio/wav_reader.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace {

void read_to_end(const whisper::AudioSource& source,
                 std::unique_ptr<whisper::AudioReader> (*open)(const whisper::AudioSource&)) {
  std::array<float, 16000> samples;
  try {
    const auto reader = open(source);
    while (const auto got = reader->read(samples)) {
      for (const float sample : std::span{samples}.first(got)) {
        if (!(sample >= -1.0F && sample <= 1.0F)) std::abort();
      }
    }
  } catch (const clams::Error& error) {
    if (!std::string{error.what()}.starts_with("fuzzed: ")) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = ::memfd_create("media", MFD_CLOEXEC);
  if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  const whisper::AudioSource source{.path = "/proc/self/fd/" + std::to_string(file),
                                    .name = "fuzzed",
                                    .longest = std::chrono::seconds{60},
                                    .decode_timeout = std::chrono::seconds{5}};
  read_to_end(source, whisper::open_audio);
  read_to_end(source, whisper::open_wav);
  ::close(file);
  return 0;
}
