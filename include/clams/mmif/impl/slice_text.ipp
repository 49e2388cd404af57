// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/slice_text.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>

namespace clams {

CLAMS_INLINE std::string slice_text(const Mmif& mmif, double start, double end, TimeUnit unit) {
  std::string text;
  for (const Annotation* annotation : mmif.annotations_between(start, end, unit)) {
    if (!annotation->is(types::kToken)) continue;
    if (!text.empty()) text += ' ';
    text += annotation->get_or<std::string>("text", "");
  }
  return text;
}

}  // namespace clams
