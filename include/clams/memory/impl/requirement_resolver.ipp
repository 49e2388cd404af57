// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/checkpoint_size.hpp>
#include <clams/memory/detail/recorded_peak.hpp>
#include <clams/memory/peak_fit.hpp>
#include <clams/memory/requirement_resolver.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/log.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace clams {

namespace detail {

/// One model of a rung, as far as it is known.
struct ModelParts {
  const ModelRequirement* declared;
  std::optional<Bytes> resident;
  std::optional<Bytes> working;
  RequirementSource source = RequirementSource::declared;

  void trust_less(RequirementSource other) { source = std::max(source, other); }
};

[[nodiscard]] CLAMS_INLINE Bytes not_below_zero(Bytes amount) { return std::max(amount, Bytes{0}); }

[[nodiscard]] CLAMS_INLINE Bytes known_parts(const std::vector<ModelParts>& models) {
  return std::accumulate(
      models.begin(), models.end(), Bytes{0}, [](Bytes sum, const ModelParts& model) {
        return sum + model.resident.value_or(Bytes{0}) + model.working.value_or(Bytes{0});
      });
}

/// Works out the parts of one rung, the most trusted source first.
class RungResolver {
 public:
  RungResolver(const EstimateInput& input, const Device& device, const EstimateFactors& factors,
               const RequirementRung& rung)
      : input_(input), device_(device), factors_(factors), rung_(rung) {
    for (const ModelRequirement& model : rung.models) models_.push_back(declared_parts(model));
  }

  [[nodiscard]] RequestNeed resolve(RungPlace place) {
    if (rung_.models.empty()) return {.rung = rung_.name};
    if (input_.record) {
      recorded_ = find_recorded_peak(*input_.record, device_, compute_type(), place);
    }
    if (uses_no_gpu()) return {.rung = rung_.name, .source = RequirementSource::recorded};
    fill_from_record();
    fill_from_first_guesses();
    fill_from_checkpoints();
    fill_from_estimate();
    for (ModelParts& model : models_) {
      if (!model.resident) model.resident = Bytes{0};
      if (!model.working) model.working = Bytes{0};
    }
    raise_above_failures();
    return need();
  }

 private:
  [[nodiscard]] static ModelParts declared_parts(const ModelRequirement& model);
  [[nodiscard]] std::string compute_type() const;
  [[nodiscard]] bool uses_no_gpu() const;
  [[nodiscard]] Bytes recorded_working() const;
  [[nodiscard]] std::optional<Bytes> checkpoint_bytes(const ModelRequirement& model) const;
  [[nodiscard]] std::vector<ModelParts*> without_resident();
  void fill_from_record();
  void share_weights(Bytes weights);
  void charge_whole(Bytes whole, RequirementSource source);
  void fill_from_first_guesses();
  void fill_from_checkpoints();
  void fill_from_estimate();
  void raise_above_failures();
  [[nodiscard]] Bytes proven_too_little() const;
  [[nodiscard]] std::optional<Bytes> minimum(Bytes total) const;
  void fit_to_device(RequestNeed& need) const;
  [[nodiscard]] RequestNeed need() const;

  const EstimateInput& input_;
  const Device& device_;
  const EstimateFactors& factors_;
  const RequirementRung& rung_;
  std::vector<ModelParts> models_;
  std::optional<RecordedPeak> recorded_;
};

/// More than any machine has; what is declared can be added up without overflow.
inline constexpr Bytes kMostDeclared{std::int64_t{1} << 50U};

CLAMS_INLINE void check_declared(const ModelRequirement& model, const char* what,
                                 const std::optional<Bytes>& amount) {
  if (!amount || (*amount >= Bytes{0} && *amount <= kMostDeclared)) return;
  throw Error{ErrorCode::invalid_parameter, "the model \"" + model.key + "\" declares " + what +
                                                " memory of " + std::to_string(amount->count()) +
                                                " bytes; it must be from zero to " +
                                                to_text(kMostDeclared)};
}

CLAMS_INLINE ModelParts RungResolver::declared_parts(const ModelRequirement& model) {
  check_declared(model, "resident", model.resident);
  check_declared(model, "working", model.working);
  check_declared(model, "first working", model.working_at_first);
  check_declared(model, "minimum", model.minimum);
  return {.declared = &model, .resident = model.resident, .working = model.working};
}

/// Records are kept for a request as a whole, and so by one type.
CLAMS_INLINE std::string RungResolver::compute_type() const {
  for (const ModelRequirement& model : rung_.models) {
    if (!model.compute_type.empty()) return model.compute_type;
  }
  return input_.compute_type;
}

/// Runs were measured, and took nothing; unless the app says that the next one does.
CLAMS_INLINE bool RungResolver::uses_no_gpu() const {
  const bool declares = std::any_of(models_.begin(), models_.end(), [](const ModelParts& model) {
    return model.resident || model.working;
  });
  return !declares && recorded_ && !recorded_->whole && is_without_gpu(recorded_->figures);
}

CLAMS_INLINE Bytes RungResolver::recorded_working() const {
  const DevicePeak& figures = recorded_->figures;
  const auto& features = input_.declared.features();
  Bytes working = figures.working;
  if (!features.empty() && !figures.samples.empty()) {
    std::vector<std::string> names;
    names.reserve(features.size());
    for (const auto& feature : features) names.push_back(feature.first);
    const PeakFit fit{figures.samples, std::move(names), factors_.quantile};
    if (!fit.is_empty()) working = fit.at(features).working;
  }
  return scaled(working, factors_.recorded);
}

CLAMS_INLINE std::vector<ModelParts*> RungResolver::without_resident() {
  std::vector<ModelParts*> found;
  for (ModelParts& model : models_) {
    if (!model.resident) found.push_back(&model);
  }
  return found;
}

CLAMS_INLINE void RungResolver::fill_from_record() {
  if (!recorded_) return;
  if (recorded_->whole) {
    charge_whole(scaled(*recorded_->whole, factors_.recorded), RequirementSource::recorded);
    return;
  }
  // A run that failed before anything was measured tells no more than what was too little.
  const DevicePeak& figures = recorded_->figures;
  if (!is_measured(figures)) return;
  Bytes working = recorded_working();
  for (const ModelParts& model : models_) {
    working = not_below_zero(working - model.working.value_or(Bytes{0}));
  }
  for (ModelParts& model : models_) {
    if (model.working) continue;
    model.working = std::exchange(working, Bytes{0});  // the figure is of the request: once
    model.trust_less(RequirementSource::recorded);
  }
  share_weights(scaled(figures.weights, factors_.recorded));
}

/// The recorded weights are those of all models together. What is left for several models is shared
/// out by the size of their files. Where those are not known, one of them could be charged too
/// little while the others are loaded, so that every request is charged all of it.
CLAMS_INLINE void RungResolver::share_weights(Bytes weights) {
  for (const ModelParts& model : models_) {
    weights = not_below_zero(weights - model.resident.value_or(Bytes{0}));
  }
  const std::vector<ModelParts*> lacking = without_resident();
  std::vector<double> sizes;
  for (const ModelParts* model : lacking) {
    const auto bytes = lacking.size() > 1 ? checkpoint_bytes(*model->declared) : Bytes{1};
    if (bytes && *bytes > Bytes{0}) sizes.push_back(static_cast<double>(bytes->count()));
  }
  const bool can_share = sizes.size() == lacking.size();
  const double all = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  for (std::size_t i = 0; i < lacking.size(); ++i) {
    lacking[i]->resident = can_share ? scaled(weights, sizes[i] / all) : Bytes{0};
    lacking[i]->trust_less(RequirementSource::recorded);
  }
  if (!can_share) *lacking.front()->working += weights;
}

/// Charges what is left of a figure for everything to the first model that lacks a part, as working
/// memory: without a split nothing may be assumed to be loaded once and shared.
CLAMS_INLINE void RungResolver::charge_whole(Bytes whole, RequirementSource source) {
  Bytes left = not_below_zero(whole - known_parts(models_));
  for (ModelParts& model : models_) {
    if (model.resident && model.working) continue;
    (model.working ? model.resident : model.working) = std::exchange(left, Bytes{0});
    if (!model.resident) model.resident = Bytes{0};
    model.trust_less(source);
  }
}

/// @return nothing if the model names no files, or they are not there (yet): an app may fetch them
///   when it loads the model.
CLAMS_INLINE std::optional<Bytes> RungResolver::checkpoint_bytes(
    const ModelRequirement& model) const {
  if (model.checkpoints.empty()) return std::nullopt;
  const std::string& type = model.compute_type.empty() ? input_.compute_type : model.compute_type;
  try {
    Bytes sum;
    for (const auto& path : model.checkpoints) sum += checkpoint_size(path, type).bytes;
    return sum;
  } catch (const Error& error) {
    Logger{"clams.memory"}.warning("the size of the model \"" + model.key +
                                   "\" is not known from its files: " + error.what());
    return std::nullopt;
  }
}

CLAMS_INLINE void RungResolver::fill_from_first_guesses() {
  for (ModelParts& model : models_) {
    if (!model.working) model.working = model.declared->working_at_first;
  }
}

CLAMS_INLINE void RungResolver::fill_from_checkpoints() {
  for (ModelParts& model : models_) {
    if (model.resident) continue;
    const auto bytes = checkpoint_bytes(*model.declared);
    if (!bytes) continue;
    model.resident = scaled(*bytes, factors_.checkpoint);
    model.trust_less(RequirementSource::checkpoint);
  }
}

CLAMS_INLINE void RungResolver::fill_from_estimate() {
  if (without_resident().empty()) return;
  const Bytes estimate =
      input_.metadata_typical > Bytes{0} ? input_.metadata_typical : input_.metadata_minimum;
  const bool has_estimate = estimate > Bytes{0};
  const Bytes whole =
      has_estimate ? scaled(estimate, factors_.metadata) : scaled(device_.total, factors_.rule);
  const RequirementSource source =
      has_estimate ? RequirementSource::metadata : RequirementSource::rule;
  Bytes left = not_below_zero(whole - known_parts(models_));
  for (ModelParts* model : without_resident()) {
    // Not shared, for the reason that is given at charge_whole.
    model->working = model->working.value_or(Bytes{0}) + std::exchange(left, Bytes{0});
    model->resident = Bytes{0};
    model->trust_less(source);
  }
}

/// The least that a request may ask for; zero: no run is known to have failed.
CLAMS_INLINE Bytes RungResolver::proven_too_little() const {
  return recorded_ ? recorded_->figures.at_least : Bytes{0};
}

/// One byte more than what was too little would fail again, byte by byte; so the headroom of every
/// recorded figure goes on top. The working part is raised, because it is charged in any case.
CLAMS_INLINE void RungResolver::raise_above_failures() {
  const Bytes too_little = proven_too_little();
  if (too_little <= Bytes{0}) return;
  const Bytes enough = std::max(scaled(too_little, factors_.recorded), too_little + Bytes{1});
  const Bytes missing = enough - known_parts(models_);
  if (missing <= Bytes{0}) return;
  *models_.front().working += missing;
  models_.front().trust_less(RequirementSource::recorded);
}

/// What the models can make do with together, or what the metadata says.
CLAMS_INLINE std::optional<Bytes> RungResolver::minimum(Bytes total) const {
  Bytes sum;
  bool is_said = false;
  bool is_estimate = false;
  for (const ModelParts& model : models_) {
    is_said = is_said || model.declared->minimum.has_value();
    is_estimate = is_estimate || model.source == RequirementSource::metadata;
    sum += model.declared->minimum.value_or(*model.resident + *model.working);
  }
  if (!is_said) {
    if (!is_estimate || input_.metadata_minimum <= Bytes{0}) return std::nullopt;
    sum = input_.metadata_minimum;
  }
  const Bytes too_little = proven_too_little();
  if (too_little > Bytes{0}) sum = std::max(sum, too_little + Bytes{1});
  return std::min(sum, total);
}

/// What has run on the device fits it: the headroom alone does not make it too large.
CLAMS_INLINE void RungResolver::fit_to_device(RequestNeed& need) const {
  Bytes excess = need.total() - device_.total;
  const bool has_run = need.source == RequirementSource::recorded &&
                       need.total() <= scaled(device_.total, factors_.recorded);
  if (!has_run || device_.total <= Bytes{0} || excess <= Bytes{0}) return;
  for (ModelNeed& model : need.models) {
    const Bytes cut = std::min(excess, model.working);
    model.working -= cut;
    excess -= cut;
  }
}

CLAMS_INLINE RequestNeed RungResolver::need() const {
  RequestNeed need{.rung = rung_.name};
  for (const ModelParts& model : models_) {
    need.models.push_back({.key = model.declared->key,
                           .resident = *model.resident,
                           .working = *model.working,
                           .source = model.source});
    need.source = std::max(need.source, model.source);
    if (!need.preferred_device) need.preferred_device = model.declared->preferred_device;
  }
  fit_to_device(need);
  need.minimum = minimum(need.total());
  need.is_guess = need.source == RequirementSource::rule;
  return need;
}

}  // namespace detail

CLAMS_INLINE Bytes RequestNeed::total() const {
  return std::accumulate(
      models.begin(), models.end(), Bytes{0},
      [](Bytes sum, const ModelNeed& model) { return sum + model.resident + model.working; });
}

CLAMS_INLINE std::optional<RequestNeed> at_minimum(const RequestNeed& need) {
  if (!need.minimum || *need.minimum >= need.total()) return std::nullopt;
  RequestNeed least = need;
  least.rung = need.rung.empty() ? "minimum" : need.rung + " (minimum)";
  Bytes excess = need.total() - *need.minimum;
  for (ModelNeed& model : least.models) {
    for (Bytes* part : {&model.working, &model.resident}) {
      const Bytes cut = std::min(excess, *part);
      *part -= cut;
      excess -= cut;
    }
  }
  least.minimum.reset();
  return least;
}

CLAMS_INLINE std::vector<RequestNeed> resolve_requirements(const EstimateInput& input,
                                                           const Device& device,
                                                           const EstimateFactors& factors) {
  const std::vector<RequirementRung> unknown{{.models = {ModelRequirement{.key = "model"}}}};
  std::vector<RequestNeed> needs;
  for (const auto& rung : input.declared.is_declared() ? input.declared.rungs() : unknown) {
    const auto place = needs.empty() ? detail::RungPlace::first : detail::RungPlace::later;
    needs.push_back(detail::RungResolver{input, device, factors, rung}.resolve(place));
  }
  return needs;
}

}  // namespace clams
