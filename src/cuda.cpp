// SPDX-License-Identifier: Apache-2.0
#include <clams/cuda/impl/cuda_memory_info.ipp>
#include <clams/cuda/impl/cuda_meter.ipp>
