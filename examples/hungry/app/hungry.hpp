// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gpu/allocator.hpp"
#include <clams/clams.hpp>

#include <memory>

namespace hungry {

/// What one request is to take.
struct Appetite {
  std::string model;
  clams::Bytes resident;   ///< of the model, while it is loaded
  clams::Bytes work;       ///< on top, while the request runs
  clams::Bytes oom_after;  ///< no more than this in all, then an allocation fails; zero: never
  std::chrono::milliseconds hold;
};

/// An app that computes nothing: it takes as much memory of a GPU as its parameters say, and holds
/// it as long as they say. For trying out what an app that works would meet.
class Hungry : public clams::ClamsApp {
 public:
  Hungry();

  [[nodiscard]] clams::AppMetadata app_metadata() const override;
  [[nodiscard]] clams::ModelRequirements model_requirements(
      const clams::Parameters& parameters) const override;
  [[nodiscard]] std::unique_ptr<clams::PeakMeter> make_peak_meter() const override;
  clams::WarmUp warm_up(const clams::Parameters& parameters, clams::RequestMemory& memory) override;
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override;

 private:
  using Model = Block;

  [[nodiscard]] clams::ModelLease<Model> get_model(const Appetite& appetite,
                                                   clams::RequestMemory& memory) const;
  [[nodiscard]] Block work(const Appetite& appetite, const clams::Device& device) const;

  std::unique_ptr<Allocator> allocator_;
  clams::ModelPool<Model> models_;
};

}  // namespace hungry
