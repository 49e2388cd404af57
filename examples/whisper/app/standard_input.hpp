// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/media_file.hpp>

namespace whisper {

/// All that can be read from a descriptor, such as a pipe, as a file that can be read at any place.
/// It is kept in memory, and gone when it is closed.
/// @throws clams::Error io
[[nodiscard]] clams::MediaFile spool(int descriptor);

}  // namespace whisper
