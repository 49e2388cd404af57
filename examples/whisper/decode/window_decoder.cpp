// SPDX-License-Identifier: Apache-2.0
#include "decode/window_decoder.hpp"

#include "decode/batch_decoding.hpp"
#include "decode/score_math.hpp"
#include <clams/util/error.hpp>

#include <cmath>
#include <utility>

namespace whisper {

WindowDecoder::WindowDecoder(const Network& network, const Tokenizer& tokenizer,
                             std::function<void()> check_stop)
    : network_(network), tokenizer_(tokenizer), check_stop_(std::move(check_stop)) {}

std::vector<DecodedWindow> WindowDecoder::decode(std::shared_ptr<const AudioFeatures> features,
                                                 std::span<const DecodingOptions> options,
                                                 const IsWanted& is_wanted) const {
  if (features->windows() != options.size()) {
    throw clams::Error(clams::ErrorCode::internal,
                       "there are options for " + std::to_string(options.size()) + " windows of " +
                           std::to_string(features->windows()));
  }
  for (const DecodingOptions& one : options) {
    if (!are_alike(one, options.front())) {
      throw clams::Error(clams::ErrorCode::internal,
                         "windows with different options cannot be decoded side by side");
    }
  }
  if (options.empty()) return {};
  BatchDecoding decoding{network_, tokenizer_, options};
  return decoding.run(network_.start(std::move(features)), [&](std::size_t window) {
    if (check_stop_) check_stop_();
    return !is_wanted || is_wanted(window);
  });
}

std::vector<std::map<std::string, float>> WindowDecoder::detect_languages(
    const std::shared_ptr<const AudioFeatures>& features) const {
  const auto run = network_.start(features);
  const std::vector<int> prompts(features->windows(), tokenizer_.special().start_of_transcript);
  const std::size_t position = 0;
  const Logits logits = run->begin(prompts, {&position, 1});
  const auto languages = tokenizer_.languages();
  const auto first = static_cast<std::size_t>(tokenizer_.special().first_language);

  std::vector<std::map<std::string, float>> result(features->windows());
  for (std::size_t window = 0; window < result.size(); ++window) {
    const auto scores = logits.row(window).subspan(first, languages.size());
    const LogNormalizer normalize{scores};
    for (std::size_t i = 0; i < languages.size(); ++i) {
      result[window].emplace(languages[i], std::exp(normalize(scores[i])));
    }
  }
  return result;
}

bool are_alike(const DecodingOptions& one, const DecodingOptions& other) {
  return one.temperature == other.temperature && one.beam_size == other.beam_size &&
         one.best_of == other.best_of && one.patience == other.patience &&
         one.length_penalty == other.length_penalty && one.prompt.size() == other.prompt.size() &&
         one.prefix.size() == other.prefix.size() && one.timestamps == other.timestamps &&
         one.suppress_blank == other.suppress_blank && one.suppressed == other.suppressed &&
         one.max_initial_timestamp == other.max_initial_timestamp &&
         one.sample_length == other.sample_length;
}

}  // namespace whisper
