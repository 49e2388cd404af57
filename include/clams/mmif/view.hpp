// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/annotation.hpp>
#include <clams/mmif/document.hpp>
#include <clams/mmif/element_range.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace clams {

/// What went wrong when an app ran, as recorded in a view.
struct ViewError {
  std::string message;
  std::string stack_trace;
};

/// What one run of one app has added: who, when, with which parameters, and the annotations.
///
/// Ownership: lives in its Mmif; references stay valid until the Mmif is destroyed.
/// Threads: confined, with the whole Mmif. Reading the annotations of an input view for the first
/// time
///   parses them, so even const members are not for two threads at once.
/// Errors: as stated at the members.
class View {
 public:
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  /// Whether it came with the input, so that it is passed through as it is unless it is changed.
  [[nodiscard]] bool is_from_input() const noexcept { return from_input_; }
  /// Whether it is new, or an input view that was changed.
  [[nodiscard]] bool has_changed() const noexcept { return as_read_.empty(); }

  // --- who, when, how ---

  /// The whole metadata object, keys as they came or were set.
  [[nodiscard]] const Json& metadata() const noexcept { return metadata_; }
  /// Sets any metadata field; known fields have setters of their own below.
  void set_metadata(std::string_view key, Json value);

  [[nodiscard]] std::string app() const;
  void set_app(std::string uri);
  [[nodiscard]] std::string timestamp() const;
  void set_timestamp(std::string iso8601);
  /// The caller's raw parameters; an empty object if none are recorded.
  [[nodiscard]] const Json& parameters() const;
  /// The configuration the app ran with, defaults filled in; an empty object if none is recorded.
  [[nodiscard]] const Json& app_configuration() const;

  [[nodiscard]] bool has_error() const;
  [[nodiscard]] std::optional<ViewError> error() const;
  /// Records that the app failed; the view loses its annotations and `contains`.
  void set_error(std::string message, std::string stack_trace);

  [[nodiscard]] bool has_warnings() const;
  [[nodiscard]] std::vector<std::string> warnings() const;
  /// Records warnings; a view holds either annotations or warnings, so `contains` is dropped.
  void set_warnings(const std::vector<std::string>& warnings);

  // --- what it contains ---

  /// `contains`: type URI -> properties that hold for all annotations of the type.
  [[nodiscard]] const Json& contains() const;
  [[nodiscard]] bool contains(const AtType& type) const;
  /// The entry of `contains` for this type; null if there is none.
  [[nodiscard]] const Json* contains_entry(const AtType& type) const;
  /// Registers a type, adding `properties` to what is stated for it already. Returns the entry.
  const Json& add_contains(const AtType& type, Json properties = Json::object());

  [[nodiscard]] ElementRange<Annotation> annotations();
  [[nodiscard]] ElementRange<const Annotation> annotations() const;
  [[nodiscard]] std::size_t annotation_count() const;

  /// Annotations of `type` whose properties equal all of `properties` (own or stated in `contains`;
  /// aliases are resolved).
  [[nodiscard]] std::vector<Annotation*> annotations(const AtType& type,
                                                     const Json& properties = Json::object()) const;
  /// Documents in this view.
  [[nodiscard]] std::vector<Document*> documents() const;

  /// The annotation with this id, long or short; null if there is none. If two have the id: the
  /// last.
  [[nodiscard]] Annotation* find(std::string_view id) const;
  /// @throws Error not_found
  [[nodiscard]] Annotation& at(std::string_view id) const;

  /// The types of an input view's annotations as they came, each once.
  [[nodiscard]] const std::vector<const AtType*>& types_as_read() const noexcept {
    return types_as_read_;
  }
  /// Whether the annotations were asked for, so that they may have been changed.
  [[nodiscard]] bool is_parsed() const noexcept { return annotations_as_read_.empty(); }
  /// Whether annotations here may refer to others, or are documents or notes about documents.
  [[nodiscard]] bool may_refer() const;

  // --- adding ---

  /// Adds an annotation; its type is registered in `contains` if it was not. Without `id` it gets
  /// the next automatic one (`v_0:tf_1`). A given id without `:` is prefixed with the view's id.
  /// @throws Error already_exists if the view has the id.
  Annotation& add_annotation(const AtType& type, Json properties = Json::object(),
                             std::string_view id = "");
  /// Adds a TextDocument that holds `text`.
  Document& add_text_document(std::string text, std::string language = "en",
                              std::string_view id = "");
  /// Adds an Alignment between two annotations or documents.
  Annotation& add_alignment(const Annotation& source, const Annotation& target);

 private:
  friend class Annotation;
  friend class Document;
  friend class Mmif;
  friend class detail::MmifReader;
  friend class detail::MmifWriter;
  friend struct detail::MmifTree;

  View(detail::MmifTree& tree, std::string id) : tree_(&tree), id_(std::move(id)) {}

  void load() const;  // parses the annotations of an input view, once
  void mark_changed() noexcept;
  void mark_metadata_changed() noexcept;
  [[nodiscard]] const Json& metadata_object(const char* field) const;
  [[nodiscard]] std::unique_ptr<Annotation> make_annotation(const AtType& type, std::string id);
  Annotation& append(std::unique_ptr<Annotation> annotation);
  [[nodiscard]] std::string long_id(std::string_view id) const;
  [[nodiscard]] std::string next_id(const AtType& type);
  void count_id(std::string_view id);
  void lengthen_short_ids();
  void lengthen_references(Json& properties) const;

  detail::MmifTree* tree_;
  std::string id_;
  Json metadata_ = make_json_object();
  std::vector<std::unique_ptr<Annotation>> annotations_;
  std::unordered_map<std::string_view, Annotation*> by_id_;
  std::unordered_map<std::string, long> last_number_;  // per id prefix

  // Of an input view only:
  bool from_input_ = false;
  std::string_view as_read_;              // the view's text; empty once it is changed
  std::string_view metadata_as_read_;     // empty once it is changed
  std::string_view annotations_as_read_;  // text not yet parsed; empty once it is
  std::size_t annotation_count_as_read_ = 0;
  std::vector<const AtType*> types_as_read_;  // each type once
  bool has_targets_as_read_ = false;
};

}  // namespace clams

#define CLAMS_MMIF_HAS_VIEW
#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/core_bodies.ipp>
#endif
