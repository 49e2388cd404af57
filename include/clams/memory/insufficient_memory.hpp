// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/ledger.hpp>
#include <clams/memory/model_requirements.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/error.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// Why a request did not get its memory. The names are stable: clients may look for them.
enum class RefusalCode {
  insufficient,   ///< `vram.insufficient`: no room within the time, or at once if asked so
  too_large,      ///< `vram.too_large`: would not fit even on an empty device
  queue_full,     ///< `vram.queue_full`
  unknown,        ///< `vram.unknown`: the device could not be read
  out_of_memory,  ///< `vram.out_of_memory`: an allocation failed in spite of admission, twice
  no_gpu          ///< `vram.no_gpu`: every device has its fill of requests
};

[[nodiscard]] std::string_view code_name(RefusalCode code) noexcept;

/// The facts of a refusal, for the answer and the log.
struct Refusal {
  RefusalCode code = RefusalCode::insufficient;
  std::string model = {};  ///< the largest of the request's
  Bytes required;
  Bytes available;
  RequirementSource source = RequirementSource::declared;
  std::string device = {};  ///< UUID of the device that came nearest
  std::vector<PromiseHolder> holders = {};
  std::chrono::seconds retry_after{5};
  std::string detail = {};  ///< what cannot be told, say; a sentence or empty
};

/// A request was refused for lack of GPU memory. An error of its own because the server answers it
/// with more than a message.
///
/// Ownership: owns its facts.
/// Threads: immutable.
/// Errors: none.
class InsufficientMemory : public Error {
 public:
  explicit InsufficientMemory(Refusal refusal);

  [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }

 private:
  Refusal refusal_;
};

/// The sentence that clients look for: `Insufficient GPU memory for large. Required: 6.00GB,
/// Available: 4.50GB. GPU may be in use by other processes. Please retry later.` Where memory is
/// not what is missing (no_gpu), it begins with `No GPU available`.
[[nodiscard]] std::string refusal_message(const Refusal& refusal);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/insufficient_memory.ipp>
#endif
