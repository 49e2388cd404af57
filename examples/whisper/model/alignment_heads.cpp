// SPDX-License-Identifier: Apache-2.0
#include "model/alignment_heads.hpp"

#include "model/format_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace whisper {

namespace {

// As OpenAI published them for its models: {layer, head} of the decoder.
constexpr AlignmentHead kTinyEn[] = {{1, 0}, {2, 0}, {2, 5}, {3, 0},
                                     {3, 1}, {3, 2}, {3, 3}, {3, 4}};
constexpr AlignmentHead kTiny[] = {{2, 2}, {3, 0}, {3, 2}, {3, 3}, {3, 4}, {3, 5}};
constexpr AlignmentHead kBaseEn[] = {{3, 3}, {4, 7}, {5, 1}, {5, 5}, {5, 7}};
constexpr AlignmentHead kBase[] = {{3, 1}, {4, 2}, {4, 3}, {4, 7}, {5, 1}, {5, 2}, {5, 4}, {5, 6}};
constexpr AlignmentHead kSmallEn[] = {
    {6, 6},  {7, 0},  {7, 3},  {7, 8},  {8, 2},  {8, 5},  {8, 7},   {9, 0},  {9, 4}, {9, 8},
    {9, 10}, {10, 0}, {10, 1}, {10, 2}, {10, 3}, {10, 6}, {10, 11}, {11, 2}, {11, 4}};
constexpr AlignmentHead kSmall[] = {{5, 3}, {5, 9}, {8, 0}, {8, 4}, {8, 7},
                                    {8, 8}, {9, 0}, {9, 7}, {9, 9}, {10, 5}};
constexpr AlignmentHead kMediumEn[] = {{11, 4},  {14, 1}, {14, 12}, {14, 14}, {15, 4},  {16, 0},
                                       {16, 4},  {16, 9}, {17, 12}, {17, 14}, {18, 7},  {18, 10},
                                       {18, 15}, {20, 0}, {20, 3},  {20, 9},  {20, 14}, {21, 12}};
constexpr AlignmentHead kMedium[] = {{13, 15}, {15, 4}, {15, 15}, {16, 1}, {20, 0}, {23, 4}};
constexpr AlignmentHead kLargeV1[] = {{9, 19},  {11, 2},  {11, 4}, {11, 17}, {22, 7},
                                      {22, 11}, {22, 17}, {23, 2}, {23, 15}};
constexpr AlignmentHead kLargeV2[] = {{10, 12}, {13, 17}, {16, 11}, {16, 12}, {16, 13}, {17, 15},
                                      {17, 16}, {18, 4},  {18, 11}, {18, 19}, {19, 11}, {21, 2},
                                      {21, 3},  {22, 3},  {22, 9},  {22, 12}, {23, 5},  {23, 7},
                                      {23, 13}, {25, 5},  {26, 1},  {26, 12}, {27, 15}};
constexpr AlignmentHead kLargeV3[] = {{7, 0},   {10, 17}, {12, 18}, {13, 12}, {16, 1},
                                      {17, 14}, {19, 11}, {21, 4},  {24, 1},  {25, 6}};
constexpr AlignmentHead kLargeV3Turbo[] = {{2, 4}, {2, 11}, {3, 3}, {3, 6}, {3, 11}, {3, 14}};

struct KnownModel {
  std::string_view name;
  int mels;
  int width;
  int audio_layers;
  int text_layers;
  int vocabulary;
  std::span<const AlignmentHead> heads;
};

constexpr std::array kKnownModels{
    KnownModel{"tiny.en", 80, 384, 4, 4, 51864, kTinyEn},
    KnownModel{"tiny", 80, 384, 4, 4, 51865, kTiny},
    KnownModel{"base.en", 80, 512, 6, 6, 51864, kBaseEn},
    KnownModel{"base", 80, 512, 6, 6, 51865, kBase},
    KnownModel{"small.en", 80, 768, 12, 12, 51864, kSmallEn},
    KnownModel{"small", 80, 768, 12, 12, 51865, kSmall},
    KnownModel{"medium.en", 80, 1024, 24, 24, 51864, kMediumEn},
    KnownModel{"medium", 80, 1024, 24, 24, 51865, kMedium},
    KnownModel{"large-v2", 80, 1280, 32, 32, 51865, kLargeV2},
    KnownModel{"large-v1", 80, 1280, 32, 32, 51865, kLargeV1},
    KnownModel{"large-v3", 128, 1280, 32, 32, 51866, kLargeV3},
    KnownModel{"large-v3-turbo", 128, 1280, 32, 4, 51866, kLargeV3Turbo},
};

bool is_of_size(const KnownModel& model, const Dimensions& dimensions) {
  return model.mels == dimensions.mels && model.width == dimensions.audio_width &&
         model.audio_layers == dimensions.audio_layers &&
         model.text_layers == dimensions.text_layers && model.vocabulary == dimensions.vocabulary;
}

bool is_index(const clams::Json& value, int end) {
  return value.is_number_integer() && value >= 0 && value < end;
}

}  // namespace

std::vector<AlignmentHead> read_alignment_heads(const clams::Json& config,
                                                const Dimensions& dimensions,
                                                std::string_view file) {
  std::vector<AlignmentHead> heads;
  const auto listed = config.find("alignment_heads");
  if (listed == config.end() || !listed->is_array()) return heads;
  for (const auto& pair : *listed) {
    if (!pair.is_array() || pair.size() != 2 || !is_index(pair[0], dimensions.text_layers) ||
        !is_index(pair[1], dimensions.text_heads)) {
      throw format_error(file,
                         fmt::format("alignment_heads has an entry that is not [layer, head] of "
                                     "a decoder with {} layers of {} heads",
                                     dimensions.text_layers, dimensions.text_heads));
    }
    heads.push_back({pair[0].get<int>(), pair[1].get<int>()});
  }
  return heads;
}

std::vector<AlignmentHead> known_alignment_heads(const Dimensions& dimensions,
                                                 std::string_view name) {
  const KnownModel* best = nullptr;
  for (const auto& model : kKnownModels) {
    if (!is_of_size(model, dimensions)) continue;
    if (best == nullptr || name.find(model.name) != std::string_view::npos) best = &model;
  }
  if (best == nullptr) return {};
  return {best->heads.begin(), best->heads.end()};
}

}  // namespace whisper
