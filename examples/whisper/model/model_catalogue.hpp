// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

/// A model that is known by a name, and where it is published.
struct CataloguedModel {
  std::string_view name;          ///< `large-v3-turbo`
  std::string_view other_name;    ///< `turbo`; empty for most
  std::string_view ct2;           ///< the repository of its CTranslate2 form on Hugging Face
  std::string_view transformers;  ///< that of its own form
};

/// All of them, small ones first.
[[nodiscard]] std::span<const CataloguedModel> model_catalogue() noexcept;

/// The model of a name or an alias: `tiny.en`, `t`, `te`, `large` (v3), `l2`, `turbo`, `tu`, ...
/// Without regard to case. None for a name that is not in the catalogue.
[[nodiscard]] const CataloguedModel* find_in_catalogue(std::string_view name) noexcept;

/// `tiny.en, tiny, base.en, ...`: for messages.
[[nodiscard]] std::string catalogue_names();

/// `; did you mean tiny.en?` if a name is close to the one that was given, else nothing.
[[nodiscard]] std::string nearest_model(std::string_view name);

/// The name in small letters, as models are called.
[[nodiscard]] std::string lower_case(std::string_view name);

}  // namespace whisper
