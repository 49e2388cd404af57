// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/memory/model_shelf.hpp>
#include <clams/serve/annotate_endpoint.hpp>
#include <clams/serve/message.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace clams::http {

/// Answers `POST /models/load` and `/models/unload`, for who is on this machine only: an operator
/// has models loaded before they are needed, kept (`pin`), or dropped.
///
/// Ownership: borrows runner and endpoint, which must outlive it.
/// Threads: thread-safe; a load is a worker's, and nobody waits for it.
/// Errors: none are thrown but std::bad_alloc; every failure is an answer.
class ModelControl {
 public:
  ModelControl(const AppRunner& runner, AnnotateEndpoint& endpoint)
      : runner_(runner), endpoint_(endpoint) {}

  [[nodiscard]] static bool takes(std::string_view path) noexcept;

  void answer(const Request& request, const std::string& request_id,
              const std::shared_ptr<AnswerSink>& sink);

 private:
  struct Wish;

  void load(const Wish& wish, const std::string& request_id,
            const std::shared_ptr<AnswerSink>& sink);
  [[nodiscard]] Response warm_up(const Wish& wish, const RequestOptions& options) const;
  [[nodiscard]] Response loaded(const Wish& wish, std::string_view warm_up) const;
  [[nodiscard]] Response unload(const Wish& wish) const;
  [[nodiscard]] std::vector<ModelStatus> copies(const std::string& key) const;
  [[nodiscard]] bool is_loaded(const std::string& key) const;

  const AppRunner& runner_;
  AnnotateEndpoint& endpoint_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/model_control.ipp>
#endif
