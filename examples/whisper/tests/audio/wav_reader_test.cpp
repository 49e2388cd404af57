// SPDX-License-Identifier: Apache-2.0
#include "audio/wav_reader.hpp"

#include "audio/support/recordings.hpp"
#include "audio/support/wav_writer.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <numbers>
#include <sys/resource.h>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using whisper::testing::read_all;
using whisper::testing::sine;
using whisper::testing::wav_data;
using whisper::testing::wav_file;
using whisper::testing::WavContent;
using whisper::testing::write_bytes;

namespace {

std::vector<float> read_wav(const std::string& bytes, std::size_t step = 4096) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "sound.wav";
  write_bytes(path, bytes);
  return read_all(*whisper::open_wav({.path = path, .name = "d1"}), step);
}

/// The largest difference to a 440 Hz sine, leaving out the ends.
double error_of_sine(const std::vector<float>& samples, double hertz) {
  const auto expected = sine(hertz, 16000, samples.size());
  double largest = 0.0;
  for (std::size_t i = 100; i + 100 < samples.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i] - static_cast<double>(samples[i])));
  }
  return largest;
}

/// A file of silence that takes no room on the disk.
void write_silence(const std::filesystem::path& path, std::uint32_t seconds) {
  std::string head = wav_file({.data = ""});
  const std::uint32_t data_bytes = seconds * 16000 * 2;
  std::memcpy(head.data() + head.size() - sizeof data_bytes, &data_bytes, sizeof data_bytes);
  write_bytes(path, head);
  std::filesystem::resize_file(path, head.size() + data_bytes);
}

/// The most memory that this process has had.
long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("every encoding of WAV gives the same sound", "[whisper]") {
  const auto sound = sine(440, 16000, 1000);
  const auto [format, bits, error] = GENERATE(table<int, int, double>(
      {{1, 8, 0.008}, {1, 16, 4e-5}, {1, 24, 3e-7}, {1, 32, 1e-7}, {3, 32, 1e-7}, {3, 64, 1e-7}}));
  const bool is_extensible = GENERATE(false, true);

  const auto samples = read_wav(wav_file({.format = format,
                                          .bits = bits,
                                          .data = wav_data(sound, format, bits),
                                          .is_extensible = is_extensible}));

  REQUIRE(samples.size() == 1000U);
  CHECK(error_of_sine(samples, 440) < error);
}

TEST_CASE("telephone encodings are read", "[whisper]") {
  const std::string codes{"\x00\x80\x7F\xFF\x55\xD5", 6};

  const auto mu_law = read_wav(wav_file({.format = 7, .bits = 8, .data = codes}));
  const auto a_law = read_wav(wav_file({.format = 6, .bits = 8, .data = codes}));

  CHECK(mu_law == std::vector<float>{-32124.F / 32768, 32124.F / 32768, 0.F, 0.F, -716.F / 32768,
                                     716.F / 32768});
  CHECK(a_law[4] == -8.F / 32768);
  CHECK(a_law[5] == 8.F / 32768);
}

TEST_CASE("channels are mixed to their mean", "[whisper]") {
  const std::vector<double> frames{0.5, 0.25, -0.5, 0.5};

  CHECK(read_wav(wav_file({.channels = 2, .data = wav_data(frames, 1, 16)})) ==
        std::vector<float>{0.375F, 0.0F});
}

TEST_CASE("a sound of another rate keeps its pitch and its length", "[whisper]") {
  const int rate = GENERATE(8000, 11025, 22050, 44100, 48000, 44101, 96000);
  const auto sound = sine(1000, rate, static_cast<std::size_t>(rate));

  const auto samples = read_wav(wav_file({.rate = rate, .data = wav_data(sound, 1, 16)}), 333);

  INFO(rate);
  REQUIRE(samples.size() == 16000U);
  CHECK(error_of_sine(samples, 1000) < 2e-4);
}

TEST_CASE("what is above 8 kHz does not fold back into speech", "[whisper]") {
  const auto sound = sine(10000, 44100, 44100);

  const auto samples = read_wav(wav_file({.rate = 44100, .data = wav_data(sound, 1, 16)}));

  const auto most = *std::max_element(samples.begin() + 200, samples.end() - 200);
  CHECK(most < 1e-4F);
}

TEST_CASE("a sound that jumps between its limits stays within them", "[whisper]") {
  std::vector<double> square(22050);
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = i / 20 % 2 == 0 ? 1.0 : -1.0;

  const auto samples = read_wav(wav_file({.rate = 22050, .data = wav_data(square, 1, 16)}));

  CHECK(*std::max_element(samples.begin(), samples.end()) <= 1.0F);
  CHECK(*std::min_element(samples.begin(), samples.end()) >= -1.0F);
}

TEST_CASE("a truncated WAV file gives what is there, or says what it lacks", "[whisper]") {
  const auto whole = wav_file({.data = wav_data(sine(440, 16000, 500), 1, 16)});
  for (std::size_t size = 0; size < whole.size(); size += size < 60 ? 1 : 97) {
    const auto part = whole.substr(0, size);
    if (size < 44) {
      CHECK_THROWS_WITH(read_wav(part), contains_text("d1: it"));
    } else {
      CHECK(read_wav(part).size() == (size - 44) / 2);
    }
  }
}

TEST_CASE("a hostile WAV header is refused with what is wrong", "[whisper]") {
  const auto refusal_of = [](const WavContent& content) {
    try {
      static_cast<void>(read_wav(wav_file(content)));
    } catch (const clams::Error& error) {
      CHECK(error.code() == clams::ErrorCode::invalid_input);
      return std::string{error.what()};
    }
    return std::string{"nothing"};
  };

  CHECK_THAT(refusal_of({.rate = 0}), contains_text("d1: its sample rate is 0 Hz"));
  CHECK_THAT(refusal_of({.rate = -1}), contains_text("sample rate is 4294967295 Hz"));
  CHECK_THAT(refusal_of({.channels = 0}), contains_text("0 channels; right is 1 to 64"));
  CHECK_THAT(refusal_of({.channels = 65535}), contains_text("65535 channels"));
  CHECK_THAT(refusal_of({.bits = 12}), contains_text("format 1 of 12 bits"));
  CHECK_THAT(refusal_of({.format = 85}), contains_text("format 85 of 16 bits"));
}

TEST_CASE("a WAV file may hold anything in its header without a crash", "[whisper]") {
  const auto whole =
      wav_file({.data = wav_data(sine(440, 16000, 60), 1, 16), .is_extensible = true});
  for (std::size_t bit = 0; bit < 68 * 8; ++bit) {
    auto damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    try {
      const auto samples = read_wav(damaged);
      CHECK(samples.size() < 16000U * 200U);
    } catch (const clams::Error& error) {
      CHECK(error.code() == clams::ErrorCode::invalid_input);
    }
  }
}

TEST_CASE("numbers that are none in a float file are silence", "[whisper]") {
  const std::vector<double> sound{std::nan(""), 0.5, 1e30, -1e30};

  CHECK(read_wav(wav_file({.format = 3, .bits = 32, .data = wav_data(sound, 3, 32)})) ==
        std::vector<float>{0.0F, 0.5F, 1.0F, -1.0F});
}

TEST_CASE("hours of sound are read in the memory of one piece", "[whisper]") {
  const TemporaryFolder folder;
  constexpr std::uint32_t kSeconds = 3 * 3600;
  write_silence(folder.path() / "long.wav", kSeconds);
  const auto reader = whisper::open_audio({.path = folder.path() / "long.wav"});
  std::vector<float> piece(16000);
  const long before = peak_kib();

  std::size_t samples = 0;
  while (const std::size_t got = reader->read(piece)) samples += got;

  CHECK(samples == std::size_t{kSeconds} * 16000);
  CHECK(peak_kib() - before < 16 * 1024);
}
