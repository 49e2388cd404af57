// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <unordered_map>

namespace clams {
class Annotation;
}

namespace clams::detail {

struct MmifTree;

/// Where an annotation begins and ends, in its own time unit or text offset.
struct Anchor {
  Json start;  // null: it does not begin anywhere
  Json end;
};

/// Finds and remembers the anchors of annotations, through their targets.
///
/// Errors: Error invalid_input for targets that lead nowhere, in a loop, or to what is no number.
class Anchors {
 public:
  explicit Anchors(const MmifTree& tree) : tree_(tree) {}

  /// A missing side is null; the caller decides whether that is an error.
  const Anchor& of(const Annotation& annotation) { return resolve(annotation, 0); }

 private:
  static constexpr int kLongestChain = 500;  // a longer chain of targets is taken for a loop

  const Anchor& resolve(const Annotation& annotation, int chain);
  Anchor extent_of_targets(const Annotation& annotation, const Json& targets, int chain);
  [[nodiscard]] const Annotation& target(const Annotation& annotation, const Json& id) const;

  const MmifTree& tree_;
  std::unordered_map<const Annotation*, Anchor> known_;
};

}  // namespace clams::detail
