// SPDX-License-Identifier: Apache-2.0
#include "model/model_catalogue.hpp"

#include <clams/util/nearest_name.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace whisper {

namespace {

constexpr std::array kModels{
    CataloguedModel{"tiny.en", "", "Systran/faster-whisper-tiny.en", "openai/whisper-tiny.en"},
    CataloguedModel{"tiny", "", "Systran/faster-whisper-tiny", "openai/whisper-tiny"},
    CataloguedModel{"base.en", "", "Systran/faster-whisper-base.en", "openai/whisper-base.en"},
    CataloguedModel{"base", "", "Systran/faster-whisper-base", "openai/whisper-base"},
    CataloguedModel{"small.en", "", "Systran/faster-whisper-small.en", "openai/whisper-small.en"},
    CataloguedModel{"small", "", "Systran/faster-whisper-small", "openai/whisper-small"},
    CataloguedModel{"medium.en", "", "Systran/faster-whisper-medium.en",
                    "openai/whisper-medium.en"},
    CataloguedModel{"medium", "", "Systran/faster-whisper-medium", "openai/whisper-medium"},
    CataloguedModel{"large-v1", "", "Systran/faster-whisper-large-v1", "openai/whisper-large"},
    CataloguedModel{"large-v2", "", "Systran/faster-whisper-large-v2", "openai/whisper-large-v2"},
    CataloguedModel{"large-v3", "large", "Systran/faster-whisper-large-v3",
                    "openai/whisper-large-v3"},
    CataloguedModel{"large-v3-turbo", "turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
                    "openai/whisper-large-v3-turbo"},
    CataloguedModel{"distil-small.en", "", "Systran/faster-distil-whisper-small.en",
                    "distil-whisper/distil-small.en"},
    CataloguedModel{"distil-medium.en", "", "Systran/faster-distil-whisper-medium.en",
                    "distil-whisper/distil-medium.en"},
    CataloguedModel{"distil-large-v2", "", "Systran/faster-distil-whisper-large-v2",
                    "distil-whisper/distil-large-v2"},
    CataloguedModel{"distil-large-v3", "", "Systran/faster-distil-whisper-large-v3",
                    "distil-whisper/distil-large-v3"},
    CataloguedModel{"distil-large-v3.5", "", "distil-whisper/distil-large-v3.5-ct2",
                    "distil-whisper/distil-large-v3.5"},
};

struct Alias {
  std::string_view alias;
  std::string_view name;
};

constexpr std::array kAliases{
    Alias{"t", "tiny"},      Alias{"te", "tiny.en"},        Alias{"t.en", "tiny.en"},
    Alias{"b", "base"},      Alias{"be", "base.en"},        Alias{"b.en", "base.en"},
    Alias{"s", "small"},     Alias{"se", "small.en"},       Alias{"s.en", "small.en"},
    Alias{"m", "medium"},    Alias{"me", "medium.en"},      Alias{"m.en", "medium.en"},
    Alias{"l", "large-v3"},  Alias{"l1", "large-v1"},       Alias{"l2", "large-v2"},
    Alias{"l3", "large-v3"}, Alias{"tu", "large-v3-turbo"},
};

// Names are ASCII.
constexpr char small(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same(std::string_view one, std::string_view other) noexcept {
  return std::ranges::equal(one, other, {}, small, small);
}

}  // namespace

std::span<const CataloguedModel> model_catalogue() noexcept { return kModels; }

const CataloguedModel* find_in_catalogue(std::string_view name) noexcept {
  if (name.empty()) return nullptr;
  for (const auto& [alias, meant] : kAliases) {
    if (is_same(alias, name)) name = meant;
  }
  for (const auto& model : kModels) {
    if (is_same(model.name, name) || is_same(model.other_name, name)) return &model;
  }
  return nullptr;
}

std::string nearest_model(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& model : kModels) {
    names.emplace_back(model.name);
    if (!model.other_name.empty()) names.emplace_back(model.other_name);
  }
  return clams::suggestion(lower_case(name), names);
}

std::string lower_case(std::string_view name) {
  std::string lower{name};
  std::ranges::transform(lower, lower.begin(), small);
  return lower;
}

std::string catalogue_names() {
  std::string names;
  for (const auto& model : kModels) {
    if (!names.empty()) names += ", ";
    names += model.name;
  }
  return names;
}

}  // namespace whisper
