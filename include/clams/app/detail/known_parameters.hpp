// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_spec.hpp>
#include <clams/params/parameters.hpp>
#include <clams/params/raw_parameters.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace clams::detail {

/// Parameters as an app gets them, and the names under which peaks of such requests are kept.
struct KnownParameters {
  Parameters parameters;
  std::string hash;
  std::string prior_hash;  ///< clams-python's for the same request
};

[[nodiscard]] KnownParameters know_parameters(Parameters parameters);

/// Refines parameters, and remembers the last: most requests ask with the same ones, and casting
/// and hashing them takes longer than to annotate a short text.
///
/// Ownership: owns what it remembers; results are shared.
/// Threads: thread-safe.
/// Errors: as refine_parameters.
class ParameterMemo {
 public:
  /// @param specs the same at every call.
  [[nodiscard]] std::shared_ptr<const KnownParameters> refine(
      const std::vector<ParameterSpec>& specs, const RawParameters& raw);

 private:
  std::mutex mutex_;  // guards last_
  std::shared_ptr<const KnownParameters> last_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/known_parameters.ipp>
#endif
