// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/model_requirements.hpp>
#include <clams/util/config.hpp>

namespace clams {

CLAMS_INLINE std::string_view source_name(RequirementSource source) noexcept {
  switch (source) {
    case RequirementSource::declared: return "declared";
    case RequirementSource::recorded: return "recorded";
    case RequirementSource::checkpoint: return "checkpoint";
    case RequirementSource::metadata: return "metadata";
    case RequirementSource::rule: return "rule";
  }
  return "unknown";
}

}  // namespace clams
