// SPDX-License-Identifier: Apache-2.0
#include "net/packed_weights.hpp"

#include "net/processor.hpp"

#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/native/quantized/PackedParams.h>
#include <ATen/ops/_make_per_channel_quantized_tensor.h>
#include <algorithm>
#include <mutex>
#include <optional>

namespace whisper {
namespace {

using PackedParams = c10::intrusive_ptr<LinearPackedParamsBase>;

// libtorch announces that tensors of quantised numbers will go; its kernels are not concerned.
class NoWarnings final : public c10::WarningHandler {
 public:
  void process(const c10::Warning& /*warning*/) override {}
};

// Which library packs is a setting of the whole process, needed while packing only.
class PackingEngine {
 public:
  explicit PackingEngine(at::QEngine engine) : before_(at::globalContext().qEngine()) {
    const auto& engines = at::globalContext().supportedQEngines();
    if (std::find(engines.begin(), engines.end(), engine) != engines.end()) {
      at::globalContext().setQEngine(engine);
    }
  }
  PackingEngine(const PackingEngine&) = delete;
  PackingEngine& operator=(const PackingEngine&) = delete;
  PackingEngine(PackingEngine&&) = delete;
  PackingEngine& operator=(PackingEngine&&) = delete;
  ~PackingEngine() { at::globalContext().setQEngine(before_); }

 private:
  static std::mutex& mutex() {
    static std::mutex of_the_setting;
    return of_the_setting;
  }

  std::scoped_lock<std::mutex> lock_{mutex()};
  at::QEngine before_;
  NoWarnings none_;
  c10::WarningUtils::WarningHandlerGuard quiet_{&none_};
};

PackedParams pack(const char* operation, const at::Tensor& weight, const at::Tensor& bias,
                  at::QEngine engine) {
  const PackingEngine packing{engine};
  return c10::Dispatcher::singleton()
      .findSchemaOrThrow(operation, "")
      .typed<PackedParams(at::Tensor, std::optional<at::Tensor>)>()
      .call(weight, bias.defined() ? std::optional{bias} : std::nullopt);
}

// Half the range of the inputs where a kernel adds up in 16 bits.
bool reduce_range() {
  static const bool reduce = !has_exact_int8();
  return reduce;
}

}  // namespace

struct PackedWeights::Packed {
  PackedParams params;
};

PackedWeights::PackedWeights(const at::Tensor& weight, const at::Tensor& bias)
    : packed_(std::make_shared<Packed>(
          pack("quantized::linear_prepack_fp16", weight, bias, at::QEngine::FBGEMM))) {}

// For many rows oneDNN is the faster one, for a few FBGEMM.
PackedWeights::PackedWeights(const QuantizedRows& weight, const at::Tensor& bias, Kernel kernel) {
  const auto engine = kernel == Kernel::int8_sequences ? at::QEngine::ONEDNN : at::QEngine::FBGEMM;
  NoWarnings none;
  const c10::WarningUtils::WarningHandlerGuard quiet{&none};
  const auto zeros = at::zeros({weight.scales.size(0)}, at::kInt);
  const auto quantized =
      at::_make_per_channel_quantized_tensor(weight.numbers, weight.scales, zeros, 0);
  packed_ = std::make_shared<Packed>(pack("quantized::linear_prepack", quantized, bias, engine));
}

at::Tensor PackedWeights::multiply(const at::Tensor& x) const {
  return packed_->params->apply_dynamic(x, reduce_range());
}

}  // namespace whisper
