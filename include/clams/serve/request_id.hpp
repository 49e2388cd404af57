// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clams::http {

/// Whether a client's `X-Request-Id` may be sent back and logged as it is: 1 to 128 characters out
/// of ASCII letters, digits and `._:-`.
[[nodiscard]] bool is_sane_request_id(std::string_view id) noexcept;

/// The client's id if it is sane, else a new one.
[[nodiscard]] std::string choose_request_id(std::string_view from_client);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/request_id.ipp>
#endif
