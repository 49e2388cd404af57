// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/vocabulary.hpp>

#include <string>
#include <string_view>

namespace clams {

/// The type of an annotation or document: a URI, and what the vocabulary knows of it.
///
/// Ownership: owns its URI.
/// Threads: immutable.
/// Errors: the constructors never throw Error; a URI that the vocabulary does not know is a generic
/// type,
///   which matches only itself.
class AtType {
 public:
  /// The newest version of a vocabulary type; matches every version of it.
  AtType(const VocabularyType&
             type);  // NOLINT(google-explicit-constructor): constants stand for types

  /// That version of a vocabulary type and no other; a generic type if there is no such version.
  AtType(const VocabularyType& type, int version);

  /// The type that `uri` names, at the version that it names; the newest version matches every
  /// other, as a constant does. All known spellings are recognised: clams.ai, mmif.clams.ai, 0.4.x
  /// with the trailing slash, and the LAPPS types.
  explicit AtType(std::string uri);

  /// The URI as it was given; for a vocabulary constant the newest one.
  [[nodiscard]] const std::string& uri() const noexcept { return uri_; }

  /// `TimeFrame`; for a generic URI its last part.
  [[nodiscard]] const std::string& short_name() const noexcept { return short_name_; }

  /// `v6`; empty for a generic type. Old spellings count as what they became: a LAPPS Token is
  /// `v1`.
  [[nodiscard]] std::string version() const;

  /// Prefix of automatic annotation ids, `tf`, by the short name. A generic type of another name
  /// gets the capitals of it in lower case (`FooBar`: `fb`), else its letters (`v99`: `v`), else
  /// `x`.
  [[nodiscard]] std::string id_prefix() const;

  /// Whether the vocabulary knows this type.
  [[nodiscard]] bool is_known() const noexcept { return version_ != kGeneric; }

  /// Whether this is a vocabulary type at a version that has a successor.
  [[nodiscard]] bool is_outdated() const noexcept { return is_known() && !any_version_; }

  /// Whether this is one of the vocabulary's document types.
  [[nodiscard]] bool is_document() const noexcept;

  /// Whether an annotation of this type is read as a document: a document type, or any URI with
  /// `Document/` in it or `Document` at its end.
  [[nodiscard]] bool reads_as_document() const noexcept;

  /// Same type, tolerant of versions: same short name, and the same version or either side the
  /// newest one. Generic types match by their whole URI.
  [[nodiscard]] bool matches(const AtType& other) const noexcept;

  /// The same for the newest version of a vocabulary type, which matches every version.
  [[nodiscard]] bool matches(const VocabularyType& other) const noexcept;

  /// The name under which `property` is stored for types of this short name: aliases such as
  /// `frameType` give the canonical name (`label`), all else comes back as it is.
  [[nodiscard]] std::string_view canonical_property(std::string_view property) const noexcept;

  /// Same URI, letter by letter.
  friend bool operator==(const AtType& a, const AtType& b) noexcept { return a.uri_ == b.uri_; }

 private:
  static constexpr int kGeneric = 0;

  std::string uri_;
  std::string short_name_;
  int version_ = kGeneric;
  bool any_version_ = false;  // matches every version of the type
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/at_type.ipp>
#endif
