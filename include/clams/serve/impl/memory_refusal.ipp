// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/memory_figures.hpp>
#include <clams/serve/memory_refusal.hpp>
#include <clams/util/config.hpp>
#include <clams/util/json.hpp>

#include <string>

namespace clams::http {

CLAMS_INLINE Response memory_refusal_response(const Refusal& refusal, ErrorStyle style,
                                              int status) {
  const std::string message = refusal_message(refusal);
  Json body = Json::object();
  if (style == ErrorStyle::problem) {
    body["type"] = "about:blank";
    body["title"] = reason_phrase(status);
    body["status"] = status;
    body["detail"] = message;
  }
  body["error"] = message;
  body["code"] = code_name(refusal.code);
  body["required_bytes"] = refusal.required.count();
  body["available_bytes"] = refusal.available.count();
  body["estimate_source"] = source_name(refusal.source);
  if (!refusal.device.empty()) body["device"] = refusal.device;
  body["holders"] = holder_figures(refusal.holders);
  body["retry_after_seconds"] = refusal.retry_after.count();
  const bool is_problem = style == ErrorStyle::problem;
  return {.status = status,
          .content_type = is_problem ? "application/problem+json" : "application/json",
          .body = write_json(body) + '\n',
          .headers = {{"Retry-After", std::to_string(refusal.retry_after.count())}}};
}

}  // namespace clams::http
