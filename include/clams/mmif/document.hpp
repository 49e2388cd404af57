// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/annotation.hpp>
#include <clams/util/document_location.hpp>
#include <clams/util/media_file.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// A media document: a file somewhere, or text held in the MMIF itself. Top-level documents are the
/// input of a pipeline; documents in views are what apps have made of them (transcripts, OCR).
///
/// Ownership: lives in the Mmif (or in a view of it); references stay valid until the Mmif is
/// destroyed. Threads: confined, with the whole Mmif it belongs to. Errors: as stated at the
/// members; reading a file throws Error io or not_found.
class Document final : public Annotation {
 public:
  [[nodiscard]] Document* as_document() noexcept override { return this; }
  [[nodiscard]] const Document* as_document() const noexcept override { return this; }

  /// Own properties, then those set in this run, then what `Annotation` annotations of any view say
  /// about this document (the last view wins), then the view's `contains`.
  [[nodiscard]] const Json* find(std::string_view name) const override;

  /// `text`, `mime` and `location` are set in the document itself, and so are lists and objects. A
  /// simple value becomes a *property of the run*: it is written as an `Annotation` annotation
  /// about this document in a view of the app that runs (see Mmif::record_document_properties). A
  /// name that the document itself has already keeps its value.
  void set(std::string_view name, Json value) override;

  /// As a URI, `file:///data/a.mp4`; empty if the document has no location.
  [[nodiscard]] std::string location() const;
  void set_location(std::string_view uri_or_absolute_path);

  /// `file`, `http`, ...; empty without a location.
  [[nodiscard]] std::string location_scheme() const;
  /// Host and path of the location, as they are spelled in it.
  [[nodiscard]] std::string location_address() const;
  /// The local file of a `file:` location, percent-decoded; nothing for other schemes. To tell
  /// people of it; to read it use `open`, which knows what may be opened.
  [[nodiscard]] std::optional<std::filesystem::path> location_path() const;

  /// Opens the local file, if it is a regular one below the media roots of this app
  /// (`--media-root`). Read this very file: what stands at the path may be another one by then.
  /// @throws Error not_found, io; invalid_input if this app may open none. It names the document.
  [[nodiscard]] MediaFile open() const;
  /// The location, to be fetched by the app itself, if it may (`--media-url`).
  /// @throws Error invalid_input if not
  [[nodiscard]] std::string url() const;

  [[nodiscard]] std::string mime() const;
  void set_mime(std::string mime);

  /// The text: of the file if there is a location, else what is written in the MMIF.
  /// Only text documents have one; for others the answer is empty.
  /// @throws Error as `open`
  [[nodiscard]] std::string text() const;
  /// The language of the text that is written in the MMIF; empty if none is stated.
  [[nodiscard]] std::string language() const;
  void set_text(std::string text, std::string language = "");

 private:
  friend class View;
  friend class Mmif;
  friend class detail::MmifReader;
  friend class detail::MmifWriter;
  friend struct detail::MmifTree;

  using Annotation::Annotation;

  [[nodiscard]] const Json* find_in_notes(std::string_view name) const;
  [[nodiscard]] std::string text_part(const char* part) const;
  [[nodiscard]] std::optional<DocumentLocation> parsed_location() const;
  [[nodiscard]] bool has_pending() const noexcept { return !pending_.empty(); }
  [[nodiscard]] Json take_pending();

  Json pending_;  // properties of the run, not yet written as an annotation; null if none
};

}  // namespace clams

#define CLAMS_MMIF_HAS_DOCUMENT
#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/core_bodies.ipp>
#endif
