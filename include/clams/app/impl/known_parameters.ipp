// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/known_parameters.hpp>
#include <clams/params/profile_hash.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>
#include <clams/util/parameter_hash.hpp>

#include <utility>

namespace clams::detail {

CLAMS_INLINE KnownParameters know_parameters(Parameters parameters) {
  std::string hash = parameter_hash(parameters.to_json());
  std::string prior_hash = upstream_profile_hash(parameters);
  return {.parameters = std::move(parameters),
          .hash = std::move(hash),
          .prior_hash = std::move(prior_hash)};
}

CLAMS_INLINE std::shared_ptr<const KnownParameters> ParameterMemo::refine(
    const std::vector<ParameterSpec>& specs, const RawParameters& raw) {
  {
    const std::scoped_lock lock{mutex_};
    if (last_ && last_->parameters.raw() == raw) return last_;
  }
  auto known =
      std::make_shared<const KnownParameters>(know_parameters(refine_parameters(specs, raw)));
  const std::scoped_lock lock{mutex_};
  return last_ = std::move(known);
}

}  // namespace clams::detail
