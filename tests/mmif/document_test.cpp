// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/mmif/document.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

using clams::Document;
using clams::Json;
using clams::Mmif;
using clams::View;
using clams::testing::contains_text;
using clams::testing::sample;
namespace types = clams::types;

namespace {

Document& document(Mmif& mmif, const char* id) { return *mmif.at(id).as_document(); }

}  // namespace

TEST_CASE("a document tells where its file is, percent-decoded", "[mmif]") {
  Mmif mmif = sample();
  const Document& video = document(mmif, "d1");

  CHECK(video.location() == "file:///data/a%20b.mp4");
  CHECK(video.location_scheme() == "file");
  CHECK(video.location_address() == "/data/a%20b.mp4");
  CHECK(video.location_path() == "/data/a b.mp4");
  CHECK(video.mime() == "video/mp4");
}

TEST_CASE("only local files have a path", "[mmif]") {
  Mmif mmif;
  Document& video = mmif.add_document(types::kVideoDocument, "https://example.org/a.mp4");

  CHECK(video.location_address() == "example.org/a.mp4");
  CHECK(video.location_path() == std::nullopt);
  CHECK_THROWS_AS(mmif.add_document(types::kVideoDocument, "a.mp4"), clams::Error);
}

TEST_CASE("the text of a document is the inline text, or the file's where there is one", "[mmif]") {
  const clams::testing::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  clams::write_file_atomically(path, "from the file");
  Mmif mmif = sample();
  Document& with_file = mmif.add_document(types::kTextDocument, path.string());
  Document& missing = mmif.add_document(types::kTextDocument, "/no/such/file.txt");

  CHECK(document(mmif, "d2").text() == "Fido barks");
  CHECK(document(mmif, "d2").language() == "en");
  CHECK(with_file.text() == "from the file");
  CHECK_THROWS_AS(missing.text(), clams::Error);
  CHECK(document(mmif, "d1").text().empty());
}

TEST_CASE("a document's file is opened below the media roots only", "[mmif]") {
  const clams::testing::TemporaryFolder folder;
  const auto root = folder.path() / "media";
  std::filesystem::create_directory(root);
  clams::write_file_atomically(root / "a.txt", "media");
  clams::write_file_atomically(folder.path() / "b.txt", "secret");
  Mmif mmif;
  mmif.set_media_access(clams::MediaAccess{{.roots = {root}}});
  const std::string path = root.string();
  Document& inside = mmif.add_document(types::kTextDocument, path + "/a.txt");
  Document& outside = mmif.add_document(types::kTextDocument, path + "/../b.txt");
  Document& elsewhere = mmif.add_document(types::kVideoDocument, "https://example.org/a.mp4");
  Document& inline_text = mmif.add_document(types::kTextDocument);

  CHECK(inside.open().read() == "media");
  CHECK(inside.text() == "media");
  CHECK_THROWS_WITH(outside.open(), contains_text("document d2: "));
  CHECK_THROWS_AS(outside.text(), clams::Error);
  CHECK_THROWS_WITH(elsewhere.open(), contains_text("not on this machine"));
  CHECK_THROWS_WITH(elsewhere.url(), contains_text("--media-url"));
  CHECK_THROWS_WITH(inline_text.open(), contains_text("no location"));
}

TEST_CASE("a property that an app finds is written as an annotation of its view", "[mmif]") {
  Mmif mmif = sample();
  Document& video = document(mmif, "d1");
  video.set("fps", 29.97);
  video.set("duration", 1234);
  View& view = mmif.new_view();
  CHECK(mmif.has_pending_document_properties());

  mmif.record_document_properties(view);

  CHECK_FALSE(mmif.has_pending_document_properties());
  REQUIRE(view.annotation_count() == 1);
  CHECK(view.annotations()[0].is(types::kAnnotation));
  CHECK(view.annotations()[0].properties() ==
        Json{{"fps", 29.97}, {"duration", 1234}, {"document", "d1"}});
  CHECK(video.get<double>("fps") == 29.97);
}

TEST_CASE("what annotations say about a document are its properties, the last view wins",
          "[mmif]") {
  Mmif mmif = sample();
  for (const int fps : {25, 30}) {
    mmif.new_view().add_annotation(types::kAnnotation, {{"document", "d1"}, {"fps", fps}});
  }
  Mmif again = Mmif::parse([&] {
    for (View& view : mmif.views()) view.set_app("http://apps.clams.ai/x/v1");
    return mmif.serialize();
  }());

  CHECK(document(again, "d1").get<int>("fps") == 30);
  CHECK(document(again, "d1").find_stated("fps") == nullptr);
}

TEST_CASE("a document keeps what it says of itself", "[mmif]") {
  Mmif mmif = sample();
  Document& video = document(mmif, "d1");
  video.set("title", Json{{"nested", {{"k", 1}}}});

  video.set("title", "other");

  CHECK(video.at("title").is_object());
  CHECK_FALSE(mmif.has_pending_document_properties());
}

TEST_CASE("a document made in this run takes its properties itself", "[mmif]") {
  Mmif mmif;
  Document& text = mmif.new_view().add_text_document("hello", "fr");

  text.set("provenance", "derived");

  CHECK(text.properties().contains("provenance"));
  CHECK_FALSE(mmif.has_pending_document_properties());
  CHECK(text.language() == "fr");
}

TEST_CASE("documents in views are documents wherever they are looked for", "[mmif]") {
  Mmif mmif = sample();
  Document& text = mmif.new_view().add_text_document("hello");

  const auto found = mmif.documents(types::kTextDocument);

  REQUIRE(found.size() == 2);
  CHECK(found[0] == &text);
  CHECK(found[1]->id() == "d2");
}
