// SPDX-License-Identifier: Apache-2.0
#include "net/linear.hpp"

#include <utility>

namespace whisper {

Linear::Linear(at::Tensor weight, at::Tensor bias, const Placement& /*placement*/)
    : weight_(std::move(weight)), bias_(std::move(bias)) {}

at::Tensor Linear::operator()(const at::Tensor& x) const { return at::linear(x, weight_, bias_); }

}  // namespace whisper
