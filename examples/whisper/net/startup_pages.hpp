// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace whisper {

/// Takes what large libraries read of their files while they started out of this process's memory:
/// of libtorch some 50 MiB, most of which is never looked at again. What is comes back by itself.
/// @return how many bytes of libraries it looked through
std::size_t give_startup_pages_back() noexcept;

}  // namespace whisper
