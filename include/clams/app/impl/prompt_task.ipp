// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/prompt_task.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <cstddef>
#include <utility>

namespace clams {

namespace detail {

/// The sizes of the parts of `count` images, none above `limit`.
CLAMS_INLINE std::vector<std::size_t> chunk_sizes(std::size_t count, std::size_t limit,
                                                  ImagesPerPrompt mode) {
  const std::size_t parts = (count + limit - 1) / limit;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::size_t even_share = count / parts + (i < count % parts ? 1 : 0);
    const std::size_t fill = i + 1 < parts ? limit : count - limit * (parts - 1);
    sizes.push_back(mode == ImagesPerPrompt::max ? fill : even_share);
  }
  return sizes;
}

CLAMS_INLINE std::vector<std::string> slice_of(const std::vector<std::string>& all,
                                               std::size_t from, std::size_t count) {
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
  return {first, first + static_cast<std::ptrdiff_t>(count)};
}

CLAMS_INLINE void check_task(const PromptTask& task) {
  if (task.images.size() == task.origins.size()) return;
  throw Error{ErrorCode::app_failure,
              "a prompt task needs one origin for each image; for source \"" + task.source +
                  "\" there are " + std::to_string(task.images.size()) + " images and " +
                  std::to_string(task.origins.size()) + " origins"};
}

}  // namespace detail

CLAMS_INLINE ImagesPerPrompt parse_images_per_prompt(std::string_view name) {
  if (name == "max") return ImagesPerPrompt::max;
  if (name == "balanced") return ImagesPerPrompt::balanced;
  throw Error{ErrorCode::invalid_parameter, "images per prompt cannot be spread by \"" +
                                                std::string{name} +
                                                R"("; it must be "max" or "balanced")"};
}

CLAMS_INLINE std::vector<PromptTask> chunk_tasks(std::vector<PromptTask> tasks,
                                                 std::int64_t max_images, ImagesPerPrompt mode) {
  if (max_images < 0) {
    throw Error{ErrorCode::invalid_parameter,
                "max_images must be 0 (no limit) or positive, got " + std::to_string(max_images)};
  }
  const auto limit = static_cast<std::size_t>(max_images);
  std::vector<PromptTask> chunks;
  for (PromptTask& task : tasks) {
    detail::check_task(task);
    if (limit == 0 || task.images.size() <= limit) {
      chunks.push_back(std::move(task));
      continue;
    }
    std::size_t from = 0;
    for (const std::size_t size : detail::chunk_sizes(task.images.size(), limit, mode)) {
      chunks.push_back({.images = detail::slice_of(task.images, from, size),
                        .origins = detail::slice_of(task.origins, from, size),
                        .source = task.source});
      from += size;
    }
  }
  return chunks;
}

}  // namespace clams
