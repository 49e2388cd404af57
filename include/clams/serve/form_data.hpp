// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clams::http {

/// One field of a form, or one file.
struct FormPart {
  std::string name;
  std::optional<std::string> filename = {};  ///< of files; as the client calls it: never a path
  std::string content_type = {};             ///< as sent; may be empty
  std::string_view content;                  ///< a piece of the body: valid as long as that is
};

/// How much a form may hold.
struct FormLimits {
  std::size_t parts = 128;
  std::size_t field = 1U << 20U;  ///< bytes of a part that is no file
};

/// Takes a `multipart/form-data` body (RFC 7578) apart, in order. Nothing of it is copied but
/// names.
/// @param content_type the request's header, which names the boundary.
/// @throws Error invalid_input if it is another type, the body is not made so, or over the limits.
[[nodiscard]] std::vector<FormPart> parse_form_data(std::string_view content_type,
                                                    std::string_view body,
                                                    const FormLimits& limits = {});

/// The first part of this name; null if there is none.
[[nodiscard]] const FormPart* find_part(const std::vector<FormPart>& parts, std::string_view name);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/form_data.ipp>
#endif
