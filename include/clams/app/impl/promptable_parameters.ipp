// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/promptable_parameters.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

inline constexpr const char* kPromptText =
    "User prompt(s) sent to the model. A single value runs as a one-shot generation. A "
    "multi-value list is interpreted as a multi-turn static prompt; see ``promptMode`` for how "
    "turns are assembled.";

inline constexpr const char* kSystemPromptText =
    "Optional system-role text prepended to the conversation. Empty by default.";

inline constexpr const char* kPromptModeText =
    "How to interpret a multi-value ``prompt`` list. Has no effect when ``prompt`` has a single "
    "value. For semantics of each choice and worked examples, see "
    "https://clams.ai/clams-python/app-baseclasses.html#promptable-multiturn";

inline constexpr const char* kMaxNewTokensText =
    "Maximum number of new tokens generated per inference call. Forwarded to the backend's "
    "``generate``-equivalent. Larger values grow the KV cache linearly and increase GPU memory "
    "usage; reduce if VRAM is constrained.";

inline constexpr const char* kUseReasoningText =
    "Request the model's reasoning (\"thinking\") mode. Off by default. Honored only by apps "
    "whose backing model has a distinct reasoning mode; apps without one ignore it. When honored "
    "and enabled, the reasoning trace is split from the answer and stored in the "
    "``modelReasoningTrace`` property of the output ``TextDocument`` (kept out of the document "
    "text). Reasoning is markedly slower and far more token-hungry: the whole trace is generated "
    "before the answer and drawn from the same budget capped by ``maxNewTokens``, so raise "
    "``maxNewTokens`` substantially (thousands of tokens, not hundreds) when enabling this, or "
    "the trace may consume the entire budget and the answer be truncated or empty. Small "
    "reasoning models (as a rule of thumb, roughly 4B parameters and under) are especially prone "
    "to non-terminating \"thinking loops\" that exhaust the budget without producing an answer; "
    "validate termination per model before relying on it.";

inline constexpr const char* kTemperatureText =
    "Sampling temperature. The default ``0.0`` selects deterministic / greedy decoding for "
    "maximum reproducibility; override for sampled generation.";

inline constexpr const char* kTopPText =
    "Nucleus-sampling cumulative probability cutoff. Only meaningful when ``temperature`` is "
    "greater than 0.";

inline constexpr const char* kTopKText =
    "Top-K sampling cutoff. Only meaningful when ``temperature`` is greater than 0.";

inline constexpr const char* kParallelPromptsText =
    "Number of independent prompts the app runs in parallel (stacks into a single forward pass). "
    "The *size* of each prompt (how many images, how long the system/user text is, etc.) is NOT "
    "regulated by this parameter; that is each app's responsibility. Prompt count and per-prompt "
    "content size combine multiplicatively for GPU memory, so the two can blow up together. "
    "Catastrophic example: ``tfSamplingMode=all`` on a TimeFrame without ``targets`` expands "
    "that TF into one image per native-FPS frame (300 images for a 10-second TF at 30fps); "
    "``parallelPrompts=4`` then runs 4 such prompts in one forward pass (~1200 images), "
    "guaranteed OOM. Keep at ``1`` on memory-tight setups; raise only when per-prompt content is "
    "small and bounded.";

inline constexpr const char* kMaxImagesPerPromptText =
    "Maximum number of images the app bundles into a single prompt (one generation, one output "
    "TextDocument). ``0`` means no limit, so all images for a TimeFrame go into one prompt and "
    "yield one TextDocument. With a positive N, the app splits a TimeFrame whose frames exceed N "
    "into consecutive groups of at most N; each group produces its own TextDocument aligned to "
    "the same TimeFrame and grounded to its own source TimePoints via ``origins``. This bounds "
    "GPU memory for long dynamic scenes. The value is operator-set, so the number of output "
    "TextDocuments is deterministic and does not vary by GPU. Composes with ``parallelPrompts``, "
    "which batches independent prompts into one forward pass.";

inline constexpr const char* kImagesPerPromptModeText =
    "How the images of a TimeFrame that exceeds ``maxImagesPerPrompt`` are spread over its "
    "prompts. Has no effect when ``maxImagesPerPrompt`` is ``0``. Both choices produce the same "
    "number of prompts. \"max\" fills each prompt to the cap and puts the remainder in the last "
    "one (33 images at a cap of 32 give 32 and 1). \"balanced\" spreads the images evenly, so "
    "prompt sizes differ by at most one (33 images at a cap of 32 give 17 and 16).";

/// What is put to the model.
CLAMS_INLINE std::vector<ParameterSpec> prompt_parameters() {
  using enum ParameterType;
  return {{.name = "prompt", .description = kPromptText, .type = string, .multivalued = true},
          {.name = "systemPrompt",
           .description = kSystemPromptText,
           .type = string,
           .default_value = ""},
          {.name = "promptMode",
           .description = kPromptModeText,
           .type = string,
           .choices = {"user-only", "turn-taking"},
           .default_value = "turn-taking"}};
}

/// How the model makes its answer.
CLAMS_INLINE std::vector<ParameterSpec> generation_parameters() {
  using enum ParameterType;
  return {{.name = "maxNewTokens",
           .description = kMaxNewTokensText,
           .type = integer,
           .default_value = 512},
          {.name = "useReasoning",
           .description = kUseReasoningText,
           .type = boolean,
           .default_value = false},
          {.name = "temperature",
           .description = kTemperatureText,
           .type = number,
           .default_value = 0.0},
          {.name = "topP", .description = kTopPText, .type = number, .default_value = 1.0},
          {.name = "topK", .description = kTopKText, .type = integer, .default_value = 50}};
}

/// How much goes into one prompt and one batch.
CLAMS_INLINE std::vector<ParameterSpec> batch_parameters() {
  using enum ParameterType;
  return {{.name = "parallelPrompts",
           .description = kParallelPromptsText,
           .type = integer,
           .default_value = 1},
          {.name = "maxImagesPerPrompt",
           .description = kMaxImagesPerPromptText,
           .type = integer,
           .default_value = 0},
          {.name = "imagesPerPromptMode",
           .description = kImagesPerPromptModeText,
           .type = string,
           .choices = {"max", "balanced"},
           .default_value = "max"}};
}

CLAMS_INLINE std::vector<ParameterSpec> promptable_parameters() {
  std::vector<ParameterSpec> all = prompt_parameters();
  for (const auto& part : {generation_parameters(), batch_parameters()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace clams::detail
