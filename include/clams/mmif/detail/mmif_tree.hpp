// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/annotation.hpp>
#include <clams/mmif/detail/anchors.hpp>
#include <clams/mmif/document.hpp>
#include <clams/mmif/view.hpp>
#include <clams/util/media_access.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace clams::detail {

/// What annotations say about each other and about documents, by the id of what they are about.
struct RelationIndex {
  std::unordered_map<std::string, std::vector<std::pair<Annotation*, Annotation*>>> alignments;
  std::unordered_map<std::string, std::vector<Annotation*>>
      notes;  // `Annotation`s about a document
};

/// The parts of one Mmif at an address that does not change when the Mmif is moved.
struct MmifTree {
  MmifTree() = default;
  MmifTree(const MmifTree&) = delete;
  MmifTree& operator=(const MmifTree&) = delete;

  /// The one AtType for `uri`, made when first asked for.
  const AtType& intern(std::string_view uri);

  [[nodiscard]] Document* find_document(std::string_view id) const;
  [[nodiscard]] View* find_view(std::string_view id) const;
  /// Top-level document, or annotation in long form; in whichever view its id says.
  [[nodiscard]] Annotation* find(std::string_view id) const;

  /// Built when first asked for, and anew after a change.
  [[nodiscard]] const RelationIndex& relations();
  [[nodiscard]] Anchors& anchors();
  /// To be called after every change.
  void forget_derived() noexcept;

  /// What was read; empty for an MMIF that was made here.
  [[nodiscard]] std::string_view text() const noexcept {
    return input ? std::string_view{*input} : std::string_view{};
  }

  std::vector<std::string> remarks;          // what is odd but allowed in the input
  std::shared_ptr<const std::string> input;  // what was read; the `as_read_` slices are of it
  MediaAccess media;                         // opens the files of documents
  Json metadata;
  std::string_view metadata_as_read;
  std::vector<std::unique_ptr<Document>> documents;
  std::vector<std::unique_ptr<View>> views;

 private:
  void index_alignment(RelationIndex& index, Annotation& alignment) const;

  std::unordered_map<std::string_view, std::unique_ptr<AtType>> types_;  // by their own URIs
  std::optional<RelationIndex> relations_;
  std::optional<Anchors> anchors_;
};

}  // namespace clams::detail
