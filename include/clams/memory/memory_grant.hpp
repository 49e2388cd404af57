// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/memory/model_shelf.hpp>
#include <clams/memory/patience.hpp>
#include <clams/memory/requirement_resolver.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clams {

/// What a request was granted: a device, the promise of its working memory there, and places on the
/// shelf for its models. Without a device it runs on the processor.
///
/// Ownership: shares the promise, owns the holds; borrows the shelf and the device, which must
///   outlive it. The destructor gives all of it back.
/// Threads: confined; the getters are thread-safe.
/// Errors: the destructor never throws.
class MemoryGrant {
 public:
  /// A grant of nothing: the request runs on the processor. Its models stand on `shelf`.
  explicit MemoryGrant(ModelShelf& shelf, RequestNeed need = {});
  /// @param give_back called once, when the grant ends.
  MemoryGrant(const Device& device, ModelShelf& shelf, RequestNeed need,
              std::vector<ModelHold> holds, std::shared_ptr<LedgerEntry> promise,
              std::function<void()> give_back);
  MemoryGrant(MemoryGrant&& other) noexcept;
  MemoryGrant& operator=(MemoryGrant&& other) noexcept;
  MemoryGrant(const MemoryGrant&) = delete;
  MemoryGrant& operator=(const MemoryGrant&) = delete;
  ~MemoryGrant();

  /// The device to run on; none: the processor.
  [[nodiscard]] const Device* device() const noexcept { return device_; }
  /// Which of the request's alternatives was granted.
  [[nodiscard]] const std::string& rung() const noexcept { return need_.rung; }
  [[nodiscard]] const RequestNeed& need() const noexcept { return need_; }
  /// The working memory that is promised.
  [[nodiscard]] Bytes promised() const noexcept;
  /// How long it took to be granted.
  [[nodiscard]] std::chrono::milliseconds waited() const noexcept { return waited_; }
  void set_waited(std::chrono::milliseconds waited) noexcept { waited_ = waited; }
  /// @param farewell called once, when all of the grant has been given back; must not throw.
  void set_farewell(std::function<void()> farewell) { farewell_ = std::move(farewell); }

  /// Holds the place of a model on this grant's device, or on the processor.
  [[nodiscard]] ModelHold hold(const std::string& key) const;
  [[nodiscard]] ModelShelf& shelf() const noexcept { return *shelf_; }

 private:
  void end() noexcept;

  const Device* device_ = nullptr;
  ModelShelf* shelf_;
  RequestNeed need_;
  std::vector<ModelHold> holds_;
  std::shared_ptr<LedgerEntry> promise_;  // shared with whoever says how much of it is used
  std::function<void()> give_back_;
  std::function<void()> farewell_;
  std::chrono::milliseconds waited_{0};
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/memory_grant.ipp>
#endif
