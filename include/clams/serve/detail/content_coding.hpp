// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>
#include <clams/serve/service_options.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clams::detail {

/// Whether a `Content-Encoding` is gzip's.
[[nodiscard]] bool is_gzip(std::string_view coding) noexcept;

/// How unpacking ended.
enum class Unpacked { whole, broken, too_large };

/// Appends to `text` what the gzip data `packed` stands for, but not more than `most` bytes.
[[nodiscard]] Unpacked unpack_gzip(std::string_view packed, std::size_t most, std::string& text);

/// `body` is what the client meant afterwards: unpacked, if the options allow it. A header on a
/// body that is not packed means nothing, as it does to clams-python.
/// @return the answer to a body that is packed and is not taken
[[nodiscard]] std::optional<http::Response> undo_coding(std::string& body, std::string_view coding,
                                                        const http::ServiceOptions& options);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/content_coding.ipp>
#endif
