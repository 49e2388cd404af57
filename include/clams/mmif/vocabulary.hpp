// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace clams {

/// A type of the CLAMS vocabulary by its short name, at the newest version this library knows.
/// The constants below are of this type; wherever an AtType is asked for, one may be
/// given.
struct VocabularyType {
  const char* name;    ///< short name, e.g. `TimeFrame`
  int latest_version;  ///< 6 for `.../TimeFrame/v6`
  const char* prefix;  ///< of automatic annotation ids, e.g. `tf`
};

}  // namespace clams

/// The CLAMS vocabulary 1.2.0: one constant a type. `clams::types::kTimeFrame` means TimeFrame at
/// its newest version when something is made, and TimeFrame of any version when something is looked
/// for. `AtType{types::kTimeFrame, 3}` names one version only.
namespace clams::types {

/// The root of all types.
inline constexpr VocabularyType kThing{"Thing", 1, "t"};

/// Annotations: something about a document or about other annotations.
inline constexpr VocabularyType kAlignment{"Alignment", 1, "a"};
inline constexpr VocabularyType kAnnotation{"Annotation", 6, "an"};
inline constexpr VocabularyType kBoundingBox{"BoundingBox", 5, "bb"};
inline constexpr VocabularyType kChapter{"Chapter", 6, "c"};
inline constexpr VocabularyType kInterval{"Interval", 5, "i"};
inline constexpr VocabularyType kPolygon{"Polygon", 5, "po"};
inline constexpr VocabularyType kRegion{"Region", 5, "r"};
inline constexpr VocabularyType kRelation{"Relation", 5, "re"};
inline constexpr VocabularyType kSpan{"Span", 5, "sp"};
inline constexpr VocabularyType kTimeFrame{"TimeFrame", 6, "tf"};
inline constexpr VocabularyType kTimePoint{"TimePoint", 5, "tp"};
inline constexpr VocabularyType kVideoObject{"VideoObject", 5, "vo"};

/// Linguistic annotations; `http://vocab.lappsgrid.org/NAME` names the same types.
inline constexpr VocabularyType kNamedEntity{"NamedEntity", 1, "ne"};
inline constexpr VocabularyType kNounChunk{"NounChunk", 1, "nc"};
inline constexpr VocabularyType kParagraph{"Paragraph", 1, "p"};
inline constexpr VocabularyType kSentence{"Sentence", 1, "s"};
inline constexpr VocabularyType kToken{"Token", 1, "to"};
inline constexpr VocabularyType kVerbChunk{"VerbChunk", 1, "vc"};

/// Documents: what annotations are about.
inline constexpr VocabularyType kAudioDocument{"AudioDocument", 2, "ad"};
inline constexpr VocabularyType kDocument{"Document", 2, "d"};
inline constexpr VocabularyType kImageDocument{"ImageDocument", 2, "id"};
inline constexpr VocabularyType kTextDocument{"TextDocument", 2, "td"};
inline constexpr VocabularyType kVideoDocument{"VideoDocument", 2, "vd"};

}  // namespace clams::types
