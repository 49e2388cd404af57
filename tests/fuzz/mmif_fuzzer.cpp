// SPDX-License-Identifier: Apache-2.0
// Any bytes as an MMIF: refused as invalid input, or read; what is written then reads back as the
// same.
#include "fuzz/fuzz.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/json.hpp>

using clams::ErrorCode;
using clams::Mmif;
using clams::MmifLayout;
using clams::testing::require;
using clams::testing::succeeds;

namespace {

/// What a text says, however it is spaced.
std::string meaning(const std::string& json) { return clams::write_json(clams::parse_json(json)); }

void check_written(const std::string& text) {
  const std::string compact = Mmif::parse(text).serialize(MmifLayout::compact);
  require(Mmif::parse(compact).serialize(MmifLayout::compact) == compact,
          "what was written is read as something else");
  for (const MmifLayout layout : {MmifLayout::pretty, MmifLayout::as_read}) {
    const std::string written = Mmif::parse(text).serialize(layout);
    require(meaning(written) == meaning(compact), "layouts say different things");
    require(meaning(Mmif::parse(written).serialize(MmifLayout::compact)) == meaning(compact),
            "what was written in a layout is read as something else");
  }
}

void look_at_everything(Mmif& mmif) {
  for (const clams::Document& document : mmif.documents()) {
    (void)document.location();
    (void)document.mime();
    (void)document.language();
  }
  for (const clams::View& view : mmif.views()) {
    for (const clams::Annotation& annotation : view.annotations()) (void)annotation.id();
  }
}

// Changing one view must not harm the others.
void add_view(const std::string& text) {
  Mmif mmif = Mmif::parse(text);
  clams::View& view = mmif.new_view();
  view.set_metadata("app", "http://apps.clams.ai/fuzz/v1");
  view.set_metadata("timestamp", "2026-01-01T00:00:00");
  view.add_annotation(clams::types::kTimeFrame, {{"start", 0}, {"end", 1}});
  const auto views = mmif.views().size();
  require(Mmif::parse(mmif.serialize()).views().size() == views, "a view was lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{clams::testing::text_of(data, size)};
  const bool is_mmif = succeeds(ErrorCode::invalid_input, [&] { (void)Mmif::parse(text); });
  if (!is_mmif) return 0;
  check_written(text);
  Mmif mmif = Mmif::parse(text);
  (void)succeeds(ErrorCode::invalid_input, [&] { look_at_everything(mmif); });
  (void)succeeds(ErrorCode::invalid_input, [&] { add_view(text); });
  return 0;
}
