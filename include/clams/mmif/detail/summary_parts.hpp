// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>
#include <clams/util/json.hpp>

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

// The parts of a summary, each in its own body file. Annotations are told apart by the short names
// of their types, whatever vocabulary they come from. What an annotation does not say is null in
// the summary.
namespace clams::detail {

/// When something begins and ends, in whatever unit it is stated; null where it is not.
struct SummaryTimes {
  Json start;
  Json end;
};

/// The property, or null.
[[nodiscard]] Json property_or_null(const Annotation& annotation, std::string_view name);

/// All annotations of a view whose type has this short name.
[[nodiscard]] std::vector<const Annotation*> annotations_named(const View& view,
                                                               std::string_view short_name);
/// The same for all views.
[[nodiscard]] std::vector<const Annotation*> annotations_named(const Mmif& mmif,
                                                               std::string_view short_name);

/// The last view without warnings that one of these apps has made; null if there is none.
[[nodiscard]] const View* last_view_by(const Mmif& mmif, std::span<const std::string_view> apps);

/// Looks up what a summary follows: ids, and alignments of any vocabulary.
///
/// Ownership: borrows the Mmif, which must outlive it.
/// Threads: confined, with the Mmif.
/// Errors: none; what leads nowhere is not found.
class SummaryIndex {
 public:
  explicit SummaryIndex(const Mmif& mmif);

  [[nodiscard]] const Mmif& mmif() const noexcept { return mmif_; }

  /// What has this id; null if `id` is no text or nothing has it.
  [[nodiscard]] const Annotation* find(const Json& id) const;

  /// What is aligned to an annotation and has this short type name, in order of the alignments.
  [[nodiscard]] std::vector<const Annotation*> aligned(const Annotation& annotation,
                                                       std::string_view short_name) const;

  /// The property `timePoint` of what has this id; null if there is none.
  [[nodiscard]] Json time_point_at(const Json& id) const;

  /// Of a TimeFrame: from its first to its last target, else its own start and end.
  [[nodiscard]] SummaryTimes times_of_frame(const Annotation& frame) const;

  /// Of a Token: of the last TimeFrame it is aligned to, else its own start and end.
  [[nodiscard]] SummaryTimes times_of_token(const Annotation& token) const;

  /// Of a document: of the last TimePoint it is aligned to, else its own `timePoint`.
  [[nodiscard]] Json time_point_of_document(const Annotation& document) const;

 private:
  const Mmif& mmif_;
  std::unordered_map<const Annotation*, std::vector<const Annotation*>> aligned_;
};

/// A list of labelled time frames for each app, ordered by start.
[[nodiscard]] Json summarized_time_frames(const SummaryIndex& index);

/// Number, duration, average, first and longest for each app and label of `time_frames`.
[[nodiscard]] Json time_frame_statistics(const Json& time_frames);

/// Sentences with their times.
[[nodiscard]] Json summarized_transcript(const SummaryIndex& index);

/// Texts of captions with the times of the images that they describe.
[[nodiscard]] Json summarized_captions(const SummaryIndex& index);

/// Entities by text, with the places in which they are named.
[[nodiscard]] Json summarized_entities(const SummaryIndex& index);

}  // namespace clams::detail
