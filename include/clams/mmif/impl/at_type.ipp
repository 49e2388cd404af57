// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/at_type.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace clams {
namespace detail {

/// Under which old names a type was known.
enum class TypeHistory { clams, lapps, document };

struct VocabularyEntry {
  VocabularyType type;
  TypeHistory history = TypeHistory::clams;
  int first_version = 1;
  char first_old_release =
      '0';  // the first 0.4.x that had it, by its x; it then was at first_version
};

inline constexpr std::array kVocabulary{
    VocabularyEntry{types::kThing},
    VocabularyEntry{types::kAlignment},
    VocabularyEntry{types::kAnnotation, TypeHistory::clams, 2, '2'},
    VocabularyEntry{types::kBoundingBox},
    VocabularyEntry{types::kChapter},
    VocabularyEntry{types::kInterval},
    VocabularyEntry{types::kPolygon},
    VocabularyEntry{types::kRegion},
    VocabularyEntry{types::kRelation},
    VocabularyEntry{types::kSpan},
    VocabularyEntry{types::kTimeFrame},
    VocabularyEntry{types::kTimePoint},
    VocabularyEntry{types::kVideoObject},
    VocabularyEntry{types::kNamedEntity, TypeHistory::lapps},
    VocabularyEntry{types::kNounChunk, TypeHistory::lapps},
    VocabularyEntry{types::kParagraph, TypeHistory::lapps},
    VocabularyEntry{types::kSentence, TypeHistory::lapps},
    VocabularyEntry{types::kToken, TypeHistory::lapps},
    VocabularyEntry{types::kVerbChunk, TypeHistory::lapps},
    VocabularyEntry{types::kAudioDocument, TypeHistory::document},
    VocabularyEntry{types::kDocument, TypeHistory::document},
    VocabularyEntry{types::kImageDocument, TypeHistory::document},
    VocabularyEntry{types::kTextDocument, TypeHistory::document},
    VocabularyEntry{types::kVideoDocument, TypeHistory::document},
};

inline constexpr std::string_view kTypeHome = "http://clams.ai/vocabulary/type/";
inline constexpr std::string_view kOldTypeHome = "http://mmif.clams.ai/vocabulary/";
inline constexpr std::string_view kFirstTypeHome = "http://mmif.clams.ai/0.4.";
inline constexpr std::string_view kLappsTypeHome = "http://vocab.lappsgrid.org/";

/// A type of the vocabulary and the version that a URI names.
struct RecognizedType {
  const VocabularyEntry* entry = nullptr;
  int version = 0;
};

CLAMS_INLINE const VocabularyEntry* vocabulary_entry(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(kVocabulary.begin(), kVocabulary.end(),
                   [&](const auto& entry) { return entry.type.name == name; });
  return found == kVocabulary.end() ? nullptr : found;
}

/// `TimeFrame/v3`; the versions of a document type end earlier at its old home.
CLAMS_INLINE std::optional<RecognizedType> recognize_versioned(std::string_view rest,
                                                               bool at_old_home) noexcept {
  const std::size_t slash = rest.find("/v");
  if (slash == std::string_view::npos) return std::nullopt;
  const VocabularyEntry* const entry = vocabulary_entry(rest.substr(0, slash));
  const std::string_view digits = rest.substr(slash + 2);
  if (entry == nullptr || digits.empty() || digits.front() == '0') return std::nullopt;
  int version = 0;
  const char* const digits_end = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), digits_end, version);
  if (error != std::errc{} || end != digits_end) return std::nullopt;
  const bool stayed_behind = at_old_home && entry->history == TypeHistory::document;
  const int latest = stayed_behind ? 1 : entry->type.latest_version;
  if (version < entry->first_version || version > latest) return std::nullopt;
  return RecognizedType{entry, version};
}

/// `1/vocabulary/TimeFrame/` of `http://mmif.clams.ai/0.4.1/vocabulary/TimeFrame/`.
CLAMS_INLINE std::optional<RecognizedType> recognize_first(std::string_view rest) noexcept {
  constexpr std::string_view kFolder = "/vocabulary/";
  if (rest.empty() || rest.substr(1, kFolder.size()) != kFolder || rest.back() != '/') {
    return std::nullopt;
  }
  const char release = rest.front();
  const std::string_view name = rest.substr(1 + kFolder.size());
  if (name.empty() || release > '2') return std::nullopt;
  const VocabularyEntry* const entry = vocabulary_entry(name.substr(0, name.size() - 1));
  if (entry == nullptr || entry->history == TypeHistory::lapps) return std::nullopt;
  if (release < entry->first_old_release) return std::nullopt;
  return RecognizedType{entry, entry->first_version};
}

CLAMS_INLINE std::optional<RecognizedType> recognize_type(std::string_view uri) noexcept {
  const auto rest_after = [&](std::string_view home) { return uri.substr(home.size()); };
  if (uri.starts_with(kTypeHome)) return recognize_versioned(rest_after(kTypeHome), false);
  if (uri.starts_with(kOldTypeHome)) return recognize_versioned(rest_after(kOldTypeHome), true);
  if (uri.starts_with(kFirstTypeHome)) return recognize_first(rest_after(kFirstTypeHome));
  if (!uri.starts_with(kLappsTypeHome)) return std::nullopt;
  const VocabularyEntry* const entry = vocabulary_entry(rest_after(kLappsTypeHome));
  if (entry == nullptr || entry->history != TypeHistory::lapps) return std::nullopt;
  return RecognizedType{entry, 1};
}

CLAMS_INLINE std::string vocabulary_uri(const VocabularyType& type, int version) {
  return std::string{kTypeHome} + type.name + "/v" + std::to_string(version);
}

/// A property that was renamed, for types of these short names; no names: for all annotation types.
struct PropertyAlias {
  std::string_view alias;
  std::string_view canonical;
  std::array<std::string_view, 7> types;
};

inline constexpr std::array kPropertyAliases{
    PropertyAlias{"classifications", "classification", {}},
    PropertyAlias{"frameType", "label", {"TimeFrame", "Chapter"}},
    PropertyAlias{"boxType", "label", {"BoundingBox"}},
    PropertyAlias{
        "word",
        "text",
        {"Span", "Token", "Sentence", "Paragraph", "NamedEntity", "NounChunk", "VerbChunk"}},
};

/// Whether types of this name state what they are about by properties that may have old names.
CLAMS_INLINE bool has_aliases(std::string_view name) noexcept {
  const VocabularyEntry* const entry = vocabulary_entry(name);
  return entry != nullptr && entry->history != TypeHistory::document && name != "Thing" &&
         name != "Alignment";
}

/// Lower-cased ASCII letters of `name`: the capitals only, or all of them.
CLAMS_INLINE std::string lower_letters(std::string_view name, bool capitals_only) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z' && !capitals_only) letters += c;
  }
  return letters;
}

}  // namespace detail

CLAMS_INLINE AtType::AtType(const VocabularyType& type)
    : uri_(detail::vocabulary_uri(type, type.latest_version)),
      short_name_(type.name),
      version_(type.latest_version),
      any_version_(true) {}

CLAMS_INLINE AtType::AtType(const VocabularyType& type, int version)
    : AtType(detail::vocabulary_uri(type, version)) {
  any_version_ = false;
}

CLAMS_INLINE AtType::AtType(std::string uri) : uri_(std::move(uri)) {
  if (const auto known = detail::recognize_type(uri_)) {
    short_name_ = known->entry->type.name;
    version_ = known->version;
    any_version_ = version_ == known->entry->type.latest_version;
    return;
  }
  short_name_ = uri_.substr(uri_.rfind('/') + 1);
}

CLAMS_INLINE std::string AtType::version() const {
  return is_known() ? "v" + std::to_string(version_) : std::string{};
}

CLAMS_INLINE std::string AtType::id_prefix() const {
  if (const auto* const entry = detail::vocabulary_entry(short_name_)) return entry->type.prefix;
  for (const bool capitals_only : {true, false}) {
    if (auto letters = detail::lower_letters(short_name_, capitals_only); !letters.empty()) {
      return letters;
    }
  }
  return "x";
}

CLAMS_INLINE bool AtType::is_document() const noexcept {
  if (!is_known()) return false;
  return detail::vocabulary_entry(short_name_)->history == detail::TypeHistory::document;
}

CLAMS_INLINE bool AtType::reads_as_document() const noexcept {
  return uri_.ends_with("Document") || uri_.find("Document/") != std::string::npos;
}

CLAMS_INLINE bool AtType::matches(const AtType& other) const noexcept {
  if (!is_known() || !other.is_known()) return uri_ == other.uri_;
  return short_name_ == other.short_name_ &&
         (version_ == other.version_ || any_version_ || other.any_version_);
}

CLAMS_INLINE bool AtType::matches(const VocabularyType& other) const noexcept {
  return is_known() && short_name_ == other.name;
}

CLAMS_INLINE std::string_view AtType::canonical_property(std::string_view property) const noexcept {
  for (const detail::PropertyAlias& rule : detail::kPropertyAliases) {
    if (rule.alias != property) continue;
    const bool for_all = rule.types.front().empty();
    const bool named = std::ranges::find(rule.types, short_name_) != rule.types.end();
    if (detail::has_aliases(short_name_) && (for_all || named)) return rule.canonical;
  }
  return property;
}

}  // namespace clams
