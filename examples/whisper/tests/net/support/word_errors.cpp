// SPDX-License-Identifier: Apache-2.0
#include "net/support/word_errors.hpp"

#include "net/support/transcripts.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace whisper::testing {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words{""};
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '\'') {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// How many words must be put, taken or changed to get from one text to the other.
std::size_t distance(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  std::vector<std::size_t> costs(other.size() + 1);
  std::iota(costs.begin(), costs.end(), std::size_t{0});
  for (const auto& word : one) {
    std::size_t diagonal = costs[0]++;
    for (std::size_t i = 0; i < other.size(); ++i) {
      const std::size_t changed = diagonal + (word == other[i] ? 0 : 1);
      diagonal = costs[i + 1];
      costs[i + 1] = std::min({changed, costs[i] + 1, costs[i + 1] + 1});
    }
  }
  return costs.back();
}

}  // namespace

const std::vector<std::string>& english_recordings() {
  static const std::vector<std::string> files{
      "jfk.wav",           "sonnets.wav",   "librivox_0870.wav", "librivox_0880.wav",
      "librivox_0920.wav", "espeak_en.wav", "ae_en_counting.wav"};
  return files;
}

WordErrors word_errors(const std::vector<std::string>& files, ComputeType type,
                       TranscribeOptions options) {
  options.language = "en";
  WordErrors all;
  for (const auto& file : files) {
    const auto text = transcribe_recording("tiny.en", file, options, Padding::openai, type).text;
    const auto reference = words_of(reference_text(file));
    all.errors += distance(reference, words_of(text));
    all.words += reference.size();
  }
  return all;
}

}  // namespace whisper::testing
