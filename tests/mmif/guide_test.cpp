// SPDX-License-Identifier: Apache-2.0
// The code of docs/guides/mmif.md. Blocks between blank lines are quoted there; change both.
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>

using clams::testing::sample_text;

TEST_CASE("the guide's reading works", "[mmif]") {
  std::vector<std::string> seen;
  const std::string text = sample_text();

  // Reads and validates; what is wrong is named with its place.
  clams::Mmif mmif = clams::Mmif::parse(text);

  // Documents of a type, wherever they are: in views (made by apps) and top-level.
  for (const clams::Document* video : mmif.documents(clams::types::kVideoDocument)) {
    seen.push_back(video->location_path()->string());
  }

  // Annotations, with the properties that hold for their whole type.
  for (const clams::View* view : mmif.views_containing(clams::types::kTimeFrame)) {
    for (const clams::Annotation* frame : view->annotations(clams::types::kTimeFrame)) {
      const auto label = frame->get_or<std::string>("label", "unknown");
      const clams::Json start = mmif.start_of(*frame, clams::TimeUnit::seconds);
      seen.push_back(label + " from " + clams::write_json(start) + " s");
    }
  }

  CHECK(seen == std::vector<std::string>{"/data/a b.mp4", "slate from 1.0 s"});
}

TEST_CASE("the guide's writing works", "[mmif]") {
  clams::Mmif mmif = clams::testing::sample();
  const clams::Document& video = mmif.documents()[0];

  // In an app, `context.new_view(mmif)` makes the view and signs it.
  clams::View& view = mmif.new_view();
  view.set_app("http://apps.clams.ai/my-app/v1");

  // What holds for all annotations of a type is said once.
  view.add_contains(clams::types::kTimeFrame,
                    {{"timeUnit", "milliseconds"}, {"document", video.id()}});
  clams::Annotation& frame = view.add_annotation(
      clams::types::kTimeFrame, {{"start", 0}, {"end", 1500}, {"label", "speech"}});

  // Text that an app has found is a document of its view; alignments say where it came from.
  clams::Document& transcript = view.add_text_document("Hello, world.", "en");
  view.add_alignment(frame, transcript);

  // The views that came with the input keep every byte.
  const std::string written = mmif.serialize();

  CHECK(frame.id() == "v_1:tf_1");
  CHECK(transcript.alignments().front().second == &frame);
  CHECK(written.starts_with(sample_text().substr(0, sample_text().size() - 2)));
}

TEST_CASE("the guide's document properties work", "[mmif]") {
  clams::Mmif mmif = clams::testing::sample();
  clams::View& view = mmif.new_view();

  // Found by this run, so recorded in a view of this run, not in the input document.
  clams::Document& video = mmif.documents()[0];
  video.set("fps", 29.97);

  mmif.record_document_properties(view);

  CHECK(video.get<double>("fps") == 29.97);
  CHECK(view.annotations(clams::types::kAnnotation, {{"document", "d1"}}).size() == 1);
}
