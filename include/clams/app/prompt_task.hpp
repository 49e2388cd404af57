// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// An image or a piece of audio, in whatever form the app's `generate` understands: a path, a URL,
/// the id of an annotation, encoded bytes.
using Medium = std::string;

/// What goes into one prompt: images, the annotations they were taken from (`origins[i]` is the id
/// of what `images[i]` shows), and the annotation that the answer belongs to.
///
/// Ownership: a value.
/// Threads: confined.
/// Errors: none; `chunk_tasks` checks that images and origins go together.
struct PromptTask {
  std::vector<Medium> images = {};
  std::vector<std::string> origins = {};
  std::string source = {};
};

/// How the images of a task that has too many are spread over several (`imagesPerPromptMode`).
enum class ImagesPerPrompt {
  max,      ///< each prompt is filled, the last gets the rest: 33 at 32 are 32 and 1
  balanced  ///< sizes differ by one at most: 33 at 32 are 17 and 16
};

/// The mode that `name` names.
/// @throws Error invalid_parameter for a name other than `max` and `balanced`.
[[nodiscard]] ImagesPerPrompt parse_images_per_prompt(std::string_view name);

/// The tasks with no more than `max_images` images each, in order; 0 means no limit.
/// @throws Error invalid_parameter for a negative limit, app_failure for a task with images that
/// have
///   no origin.
[[nodiscard]] std::vector<PromptTask> chunk_tasks(std::vector<PromptTask> tasks,
                                                  std::int64_t max_images,
                                                  ImagesPerPrompt mode = ImagesPerPrompt::max);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/prompt_task.ipp>
#endif
