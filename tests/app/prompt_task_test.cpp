// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/app/prompt_task.hpp>
#include <clams/util/error.hpp>

using clams::chunk_tasks;
using clams::ImagesPerPrompt;
using clams::Json;
using clams::parse_images_per_prompt;
using clams::PromptTask;
using clams::testing::contains_text;

namespace {

PromptTask task_with(std::size_t images, const std::string& source = "s") {
  PromptTask task{.source = source};
  for (std::size_t i = 0; i < images; ++i) {
    task.images.push_back("image " + std::to_string(i));
    task.origins.push_back("tp_" + std::to_string(i));
  }
  return task;
}

/// The sizes of the chunks of one task.
Json chunk_sizes(const Json& arguments) {
  const auto mode = parse_images_per_prompt(arguments[2].get<std::string>());
  Json sizes = Json::array();
  for (const PromptTask& chunk : chunk_tasks({task_with(arguments[0].get<std::size_t>())},
                                             arguments[1].get<std::int64_t>(), mode)) {
    sizes.push_back(chunk.images.size());
  }
  return sizes;
}

}  // namespace

TEST_CASE("chunks are those that clams-python makes", "[app]") {
  const auto calls = clams::testing::recorded_calls("chunk_tasks");
  if (calls.empty()) CLAMS_SKIP("the recorded calls are not beside the checkout");

  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    if (call.contains("raises")) {
      CHECK_THROWS_AS(chunk_sizes(call["args"]), clams::Error);
    } else {
      CHECK(chunk_sizes(call["args"]) == call["returns"]);
    }
  }
}

TEST_CASE("every chunk keeps the source, and the origins of its own images", "[app]") {
  const auto chunks = chunk_tasks({task_with(3, "tf_1"), task_with(1, "tf_2")}, 2);

  REQUIRE(chunks.size() == 3);
  CHECK(chunks[1].images == std::vector<std::string>{"image 2"});
  CHECK(chunks[1].origins == std::vector<std::string>{"tp_2"});
  CHECK(chunks[1].source == "tf_1");
  CHECK(chunks[2].source == "tf_2");
}

TEST_CASE("a task whose images and origins do not go together is refused", "[app]") {
  PromptTask task = task_with(2, "tf_1");
  task.origins.pop_back();

  CHECK_THROWS_WITH(chunk_tasks({task}, 0), contains_text("tf_1"));
}

TEST_CASE("a negative limit says what would be right", "[app]") {
  CHECK_THROWS_WITH(chunk_tasks({}, -1), contains_text("max_images must be 0 (no limit)"));
}
