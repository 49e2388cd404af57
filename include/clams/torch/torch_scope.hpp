// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace clams {

/// The task, to be run in a thread that libtorch does not know of as if it ran in this one: with
/// this thread's memory scopes (those of all meters), and with its grad mode and the rest of
/// libtorch's thread state.
///
///     std::thread helper{wrap_task([&] { features = encode(audio); })};
///
/// The scopes need not be open any more when the task runs; they are charged all the same.
[[nodiscard]] std::function<void()> wrap_task(std::function<void()> task);

}  // namespace clams
