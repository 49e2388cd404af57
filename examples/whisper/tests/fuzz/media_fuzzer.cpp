// SPDX-License-Identifier: Apache-2.0
// Any bytes as a media file, for FFmpeg and for our own WAV reader: an error at worst.
#include "audio/audio_file.hpp"
#include "audio/wav_reader.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>

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
  const whisper::AudioSource source{.bytes = std::as_bytes(std::span{data, size}),
                                    .name = "fuzzed",
                                    .longest = std::chrono::seconds{60},
                                    .decode_timeout = std::chrono::seconds{5}};
  read_to_end(source, whisper::open_audio);
  read_to_end(source, whisper::open_wav);
  return 0;
}
