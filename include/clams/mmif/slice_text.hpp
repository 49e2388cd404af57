// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>

#include <string>

namespace clams {

/// What was said between two times: the text of the tokens aligned to frames or points of time in
/// [start, end], joined by blanks.
/// @throws Error as Mmif::annotations_between does.
[[nodiscard]] std::string slice_text(const Mmif& mmif, double start, double end,
                                     TimeUnit unit = TimeUnit::milliseconds);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/slice_text.ipp>
#endif
