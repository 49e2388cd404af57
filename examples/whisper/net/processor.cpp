// SPDX-License-Identifier: Apache-2.0
#include "net/processor.hpp"

#include "net/layer_tiles.hpp"

#include <ATen/Context.h>
#include <ATen/cpu/Utils.h>
#include <algorithm>
#include <string>

namespace whisper {
namespace {

bool has_capability(const std::string& name) {
  static const auto capabilities = at::cpu::get_cpu_capabilities();
  const auto found = capabilities.find(name);
  return found != capabilities.end() && found->second.isBool() && found->second.toBool();
}

}  // namespace

bool has_packed_kernels() {
  const auto& engines = at::globalContext().supportedQEngines();
  return std::find(engines.begin(), engines.end(), at::QEngine::FBGEMM) != engines.end();
}

bool has_fast_16_bits() {
  return has_capability("amx_bf16") || has_capability("avx512_bf16") ||
         layer_tiles(TileFormat::int16) != nullptr;
}

bool has_exact_int8() { return has_capability("avx512_vnni"); }

}  // namespace whisper
