// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/at_type.hpp>
#include <clams/util/config.hpp>
#include <clams/util/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams {

class Document;
class View;

namespace detail {
class MmifReader;
class MmifWriter;
struct MmifTree;
}  // namespace detail

/// One annotation of a view: a type, an id and properties.
///
/// Ownership: lives in its view; references to it stay valid until the Mmif is destroyed.
/// Threads: confined, with the whole Mmif it belongs to.
/// Errors: `at` and `get_as` throw Error not_found or invalid_input; the rest as stated.
class Annotation {
 public:
  Annotation(const Annotation&) = delete;
  Annotation& operator=(const Annotation&) = delete;
  virtual ~Annotation() = default;

  /// The long form, `v_0:tf_1`; of a top-level document just its id.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const AtType& type() const noexcept { return *type_; }

  /// Whether this is of `type`, tolerant of versions.
  [[nodiscard]] bool is(const AtType& type) const noexcept { return type_->matches(type); }
  [[nodiscard]] bool is(const VocabularyType& type) const noexcept { return type_->matches(type); }

  /// Whether this annotation is read as a document (see AtType::reads_as_document).
  [[nodiscard]] bool is_document() const noexcept { return as_document() != nullptr; }
  [[nodiscard]] virtual Document* as_document() noexcept { return nullptr; }
  [[nodiscard]] virtual const Document* as_document() const noexcept { return nullptr; }

  /// The view it lives in; null for a top-level document.
  [[nodiscard]] View* parent() const noexcept { return parent_; }

  /// The property `name` (or its canonical name), own or stated for the type in the view's
  /// `contains`; null if there is none. `id` is found too. The pointer is valid until the
  /// annotation changes.
  [[nodiscard]] virtual const Json* find(std::string_view name) const;

  /// As `find`, but only the annotation's own properties, under their canonical names.
  [[nodiscard]] const Json* find_own(std::string_view canonical_name) const;

  /// As `find`, but only what is stated for this very annotation or for its type in its view:
  /// nothing derived from targets or from what other annotations say.
  [[nodiscard]] const Json* find_stated(std::string_view name) const;

  /// As `find`, with a message that names the annotation when there is none.
  /// @throws Error not_found
  [[nodiscard]] const Json& at(std::string_view name) const;

  /// The property as a C++ value, or nothing if it is absent.
  /// @throws Error invalid_input if it is there but not a T.
  template <typename T>
  [[nodiscard]] std::optional<T> get(std::string_view name) const {
    const Json* value = find(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    try {
      return value->get<T>();
    } catch (const Json::exception& error) {
      throw_wrong_type(name, *value, error.what());
    }
  }

  /// The property as a C++ value, or `fallback` if it is absent.
  template <typename T>
  [[nodiscard]] T get_or(std::string_view name, T fallback) const {
    return get<T>(name).value_or(std::move(fallback));
  }

  /// Own properties in their order, without `id`. Parsed when somebody first asks for any.
  [[nodiscard]] const Json& properties() const { return own(); }

  /// The text of the properties in the input, aliases and `id` included; empty if made here.
  [[nodiscard]] std::string_view properties_as_read() const noexcept { return properties_as_read_; }

  /// Sets an own property under its canonical name. On a document see Document::set.
  virtual void set(std::string_view name, Json value);

  /// Alignments that touch this annotation, in order: (the Alignment, what is at its other end).
  /// The other end is an Annotation or Document of any view, or a top-level document.
  [[nodiscard]] std::vector<std::pair<Annotation*, Annotation*>> alignments() const;

 protected:
  friend class View;
  friend class Mmif;
  friend class detail::MmifReader;
  friend class detail::MmifWriter;
  friend struct detail::MmifTree;

  Annotation(detail::MmifTree& tree, View* parent, const AtType& type, std::string id)
      : tree_(&tree), parent_(parent), type_(&type), id_(std::move(id)) {}

  [[noreturn]] void throw_wrong_type(std::string_view name, const Json& value,
                                     std::string_view reason) const;
  /// Takes `properties` without their `id` as own properties, under their canonical names.
  void take_properties(Json properties);
  [[nodiscard]] Json& own() const;
  /// Derived from `targets`: where the annotation begins or ends. Null for all other names.
  [[nodiscard]] const Json* find_derived(std::string_view name) const;
  /// What stands in the view's `contains` for this type; null if nothing does.
  [[nodiscard]] const Json* find_in_contains(std::string_view canonical_name) const;
  void mark_changed();

  detail::MmifTree* tree_;
  View* parent_;
  const AtType* type_;
  std::string id_;
  mutable Json properties_;              // null until somebody asks
  mutable Json id_value_;                // what find("id") points at
  std::string_view properties_as_read_;  // their text in the input; empty when made here
  std::string_view as_read_;             // its text in the input; empty when new or changed
};

}  // namespace clams

#define CLAMS_MMIF_HAS_ANNOTATION
#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/core_bodies.ipp>
#endif
