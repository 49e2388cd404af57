// SPDX-License-Identifier: Apache-2.0
#include <clams/torch/impl/torch_cuda.ipp>
#include <clams/torch/impl/torch_errors.ipp>
#include <clams/torch/impl/torch_meter.ipp>
#include <clams/torch/impl/torch_scope.ipp>
