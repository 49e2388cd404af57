// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/document.hpp>
#include <clams/mmif/element_range.hpp>
#include <clams/mmif/time_units.hpp>
#include <clams/mmif/view.hpp>
#include <clams/util/media_access.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams {

/// How an Mmif is written.
enum class MmifLayout {
  as_read,  ///< what is unchanged keeps its bytes, white space included; new parts are compact
  compact,  ///< one line; unchanged parts keep every token's spelling
  pretty    ///< indented by two blanks; unchanged parts keep every token's spelling
};

/// What happens to types in `contains` that have no annotation, in the views made in this run.
enum class UnusedContains { keep, drop };

/// An MMIF file: media documents, and views with what apps have found in them.
///
/// Input is passed through: a view or document that nobody changes is written as it came, letter by
/// letter, with keys that this library does not know; only views made here follow the writing rules
/// (order of keys, shared properties moved into `contains`). Annotations are parsed when first
/// asked for.
///
/// Ownership: owns its text, documents, views and annotations. Movable; references into it stay
/// valid. Threads: confined; two threads may use two Mmifs, never one. Const members may parse
/// lazily. Errors: `parse` throws Error invalid_input naming the place (a JSON pointer, or line and
/// column).
class Mmif {
 public:
  /// An empty MMIF of the newest specification.
  Mmif();
  ~Mmif();
  Mmif(Mmif&&) noexcept;
  Mmif& operator=(Mmif&&) noexcept;

  /// Reads and validates: JSON, the MMIF schema, and that what is referred to exists.
  /// @throws Error invalid_input
  [[nodiscard]] static Mmif parse(std::string text);

  /// The same of a text that others hold, too, without a copy of it.
  [[nodiscard]] static Mmif parse(std::shared_ptr<const std::string> text);

  /// The JSON text of the whole.
  [[nodiscard]] std::string serialize(MmifLayout layout = MmifLayout::as_read,
                                      UnusedContains unused = UnusedContains::keep) const;

  /// E.g. `http://mmif.clams.ai/1.2.0`: what the input says, unchecked.
  [[nodiscard]] std::string spec_version() const;
  [[nodiscard]] const Json& metadata() const;

  /// What is odd in the input but allowed, for a log: ids that appear twice, types of older
  /// versions. Ids of annotations are looked at when the annotations are first asked for.
  [[nodiscard]] const std::vector<std::string>& remarks() const;

  // --- documents ---

  /// Documents' files are opened through `access` from now on; until then any file of this user may
  /// be. For a request this is done before the app sees it.
  void set_media_access(MediaAccess access);

  [[nodiscard]] ElementRange<Document> documents();
  [[nodiscard]] ElementRange<const Document> documents() const;

  /// Adds a top-level document. Without `id` it gets `d1`, `d2`, ...
  /// @throws Error already_exists, or invalid_input for a location that is neither URI nor absolute
  /// path.
  Document& add_document(const AtType& type, std::string_view location = "", std::string mime = "",
                         std::string_view id = "");

  /// Documents of a type: those in views first, then top-level ones.
  [[nodiscard]] std::vector<Document*> documents(const AtType& type) const;
  [[nodiscard]] std::vector<Document*> documents_in_view(std::string_view view_id) const;
  /// Documents in views that this app has made.
  [[nodiscard]] std::vector<Document*> documents_by_app(std::string_view app) const;
  /// Documents, in views or top-level, that have the property with this value.
  [[nodiscard]] std::vector<Document*> documents_with(std::string_view property,
                                                      const Json& value) const;
  /// Locations of the top-level documents of a type that have one.
  [[nodiscard]] std::vector<std::string> document_locations(const AtType& type) const;

  // --- views ---

  [[nodiscard]] ElementRange<View> views();
  [[nodiscard]] ElementRange<const View> views() const;

  /// Adds an empty view named `v_N`; whoever makes it must sign it (RequestContext does).
  View& new_view();
  /// The id that new_view() would give.
  [[nodiscard]] std::string new_view_id() const;
  /// Removes every view for which `doomed` says so. References to removed views and what is in them
  /// end.
  void remove_views(const std::function<bool(const View&)>& doomed);

  /// Views whose `contains` has all of these types.
  [[nodiscard]] std::vector<View*> views_containing(const std::vector<AtType>& types) const;
  [[nodiscard]] std::vector<View*> views_containing(const AtType& type) const;
  /// Views whose `contains` has this very URI.
  [[nodiscard]] std::vector<View*> views_containing_uri(std::string_view uri) const;
  /// The last of views_containing; null if there is none.
  [[nodiscard]] View* last_view_containing(const std::vector<AtType>& types) const;
  /// Views with an annotation about this document (property `document`, own or in `contains`).
  [[nodiscard]] std::vector<View*> views_for_document(std::string_view document_id) const;
  [[nodiscard]] std::vector<View*> views_with_error() const;
  [[nodiscard]] std::optional<ViewError> last_error() const;
  /// The last view with neither error nor warnings; null if there is none.
  [[nodiscard]] View* last_contentful_view() const;

  // --- anything by id ---

  /// The view with this id; null if there is none.
  [[nodiscard]] View* find_view(std::string_view id) const;
  /// The document or annotation with this id (annotations in long form); null if there is none.
  [[nodiscard]] Annotation* find(std::string_view id) const;
  /// @throws Error not_found
  [[nodiscard]] Annotation& at(std::string_view id) const;
  /// @throws Error not_found
  [[nodiscard]] View& view(std::string_view id) const;

  // --- relations and time ---

  /// Alignments between exactly these two types, in either direction, with the views they stand in.
  /// @throws Error invalid_input if both types are the same.
  [[nodiscard]] std::vector<std::pair<View*, std::vector<Annotation*>>> alignments(
      const AtType& one, const AtType& other) const;

  /// Where an annotation begins and ends: its `timePoint`, or the extent of its `targets` (followed
  /// through all views), or its own `start` and `end`. In `unit` if given, else in its own time
  /// unit.
  /// @throws Error not_found if it is anchored nowhere, invalid_input for a loop or an anchor that
  /// is no number.
  [[nodiscard]] Json start_of(const Annotation& annotation,
                              std::optional<TimeUnit> unit = std::nullopt) const;
  [[nodiscard]] Json end_of(const Annotation& annotation,
                            std::optional<TimeUnit> unit = std::nullopt) const;

  /// Time-anchored annotations that overlap [start, end], each followed by its alignments and what
  /// they align it to, in order of time. Only `types` if given.
  /// @throws Error invalid_input if the span is empty, or a view states no `timeUnit`.
  /// @throws Error invalid_input if the span is empty, or a view states no `timeUnit` in
  /// `contains`.
  [[nodiscard]] std::vector<Annotation*> annotations_between(
      double start, double end, TimeUnit unit = TimeUnit::milliseconds,
      const std::vector<AtType>& types = {}) const;

  // --- the end of a run ---

  /// Whether documents have properties set in this run that are not yet written as annotations.
  [[nodiscard]] bool has_pending_document_properties() const;
  /// Writes them as `Annotation` annotations into `view`, one a document.
  void record_document_properties(View& view);

  /// Checks the views made in this run against the schema that input must meet.
  /// @throws Error app_failure naming the view and what is wrong with it.
  void check_new_views() const;

 private:
  explicit Mmif(std::unique_ptr<detail::MmifTree> tree);

  std::unique_ptr<detail::MmifTree> tree_;
};

}  // namespace clams

#define CLAMS_MMIF_HAS_MMIF
#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/core_bodies.ipp>
#endif
