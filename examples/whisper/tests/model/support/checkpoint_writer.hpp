// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/support/sample_model.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whisper::testing {

using ZipEntries = std::vector<std::pair<std::string, std::string>>;

/// Whether the sizes and places of a zip archive stand in its 64-bit fields.
enum class ZipKind { plain, zip64 };

/// A zip archive that stores its entries as they are.
[[nodiscard]] std::string write_zip(const ZipEntries& entries, ZipKind kind = ZipKind::plain);

/// How a checkpoint is written.
struct CheckpointOptions {
  ZipKind zip = ZipKind::plain;
  bool transposed = false;  ///< matrices lie column by column, and their strides say so
  bool parameters = false;  ///< tensors are wrapped in parameters, the dictionary is an OrderedDict
};

/// The pickle of a checkpoint: `dims` and `model_state_dict`.
[[nodiscard]] std::string write_checkpoint_pickle(const SampleModel& model,
                                                  const CheckpointOptions& options = {});

/// A checkpoint as openai-whisper's are.
[[nodiscard]] std::string write_checkpoint(const SampleModel& model,
                                           const CheckpointOptions& options = {});

/// The same with another pickle.
[[nodiscard]] std::string write_checkpoint_with(std::string_view pickle);

/// Pieces of pickles.
[[nodiscard]] std::string pickled(std::string_view text);
[[nodiscard]] std::string pickled(std::int64_t number);

}  // namespace whisper::testing
