// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/insufficient_memory.hpp>
#include <clams/serve/error_response.hpp>
#include <clams/serve/message.hpp>

namespace clams::http {

/// The answer to a request that did not get its GPU memory: `Retry-After`, and a JSON body with
/// `error` (the sentence that clients look for), a stable `code`, `required_bytes`,
/// `available_bytes`, where the estimate came from, and who holds the memory. In the problem style
/// these are members of the problem.
/// @param status 503; 500 for clients that know no other.
[[nodiscard]] Response memory_refusal_response(const Refusal& refusal, ErrorStyle style,
                                               int status);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/memory_refusal.ipp>
#endif
