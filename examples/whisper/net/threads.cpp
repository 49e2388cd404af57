// SPDX-License-Identifier: Apache-2.0
#include "net/torch_network.hpp"

#include <ATen/Parallel.h>
#include <thread>

namespace whisper {

void use_threads(int threads) {
  at::set_num_threads(threads > 0 ? threads
                                  : static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace whisper
