// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/mark_scopes.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams::detail {

CLAMS_INLINE bool MarkScopes::is_open(const std::shared_ptr<Work>& work) const {
  return std::find(open_.begin(), open_.end(), work) != open_.end();
}

/// Whether a work of the other kind runs within this one: what it takes is its own.
CLAMS_INLINE bool MarkScopes::is_paused(const std::shared_ptr<Work>& work) const {
  const auto within = std::find(open_.begin(), open_.end(), work) + 1;
  return std::any_of(within, open_.end(), [&work](const auto& other) {
    return other->thread == work->thread && other->kind != work->kind;
  });
}

/// Books the time since the last call to the open works.
CLAMS_INLINE void MarkScopes::settle(const std::optional<HighWaterMark>& mark) {
  if (!mark) return;
  // A mark that could not be reset tells nothing unless it has risen.
  const Bytes highest = mark->highest > last_highest_ ? mark->highest : mark->now;
  for (const auto& work : open_) {
    if (!work->is_known || is_paused(work)) continue;
    work->peak = std::max(work->peak, highest - work->base);
    work->live = std::max(Bytes{}, mark->now - work->base);
  }
  last_highest_ = source_.reset() ? mark->now : mark->highest;
}

CLAMS_INLINE void MarkScopes::begin(const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock{mutex_};
  const auto mark = source_.read();
  settle(mark);
  for (const auto& other : open_) {
    if (other->thread == work->thread) continue;
    other->was_overlapped = true;
    work->was_overlapped = true;
  }
  open_.push_back(work);
  work->is_known = mark.has_value();
  if (mark) work->base = work->began_at = mark->now;
}

CLAMS_INLINE void MarkScopes::end(const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock{mutex_};
  if (!is_open(work)) return;
  const auto mark = source_.read();
  settle(mark);
  std::erase(open_, work);
  if (!mark || !work->is_known) return;
  const Bytes left = mark->now - work->began_at;
  for (const auto& around : open_) {
    if (around->thread == work->thread && around->kind != work->kind) around->base += left;
  }
}

CLAMS_INLINE std::optional<MarkScopes::Work> MarkScopes::measure(
    const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock{mutex_};
  if (is_open(work)) settle(source_.read());
  return work->is_known ? std::optional{*work} : std::nullopt;
}

}  // namespace clams::detail
