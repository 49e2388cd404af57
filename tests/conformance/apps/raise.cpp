// SPDX-License-Identifier: Apache-2.0
// The twin of the conformance app `raise`: fails, warns or makes odd views, as its mode says.
#include <clams/cli/run.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <map>
#include <new>
#include <stdexcept>
#include <string>

namespace {

using clams::AtType;
using clams::Json;
using clams::View;
namespace types = clams::types;

struct CustomTrouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a mode works with: the document, the signed view, and the request.
struct Work {
  clams::Mmif& mmif;
  View& view;
  clams::RequestContext& context;

  [[nodiscard]] clams::Document& document() const {
    if (mmif.documents().empty()) throw std::out_of_range("there is no document");
    return mmif.documents().front();
  }
};

void add_time_frames(View& view, int count, const Json& more = Json::object()) {
  view.add_contains(types::kTimeFrame, {{"timeUnit", "milliseconds"}});
  for (int i = 0; i < count; ++i) {
    Json properties{{"start", i * 10}, {"end", i * 10 + 5}};
    properties.update(more);
    view.add_annotation(types::kTimeFrame, properties);
  }
}

void fail_at_once(const std::string& mode) {
  if (mode == "before") throw std::invalid_argument("boom before any view");
  if (mode == "noargs") throw std::bad_alloc();
  if (mode == "keyerror") throw std::out_of_range("missing-key");
  if (mode == "custom") throw CustomTrouble("custom trouble: 42");
  if (mode == "unicode") throw std::invalid_argument("caf\u00e9 \u2603 \U0001F600");
}

void warn_twice(const Work& work) {
  add_time_frames(work.view, 1);
  work.context.warn("first warning");
  work.context.warn("second warning");
}

View& second_view(const Work& work) {
  add_time_frames(work.view, 1);
  View& second = work.context.new_view(work.mmif);
  second.add_contains(types::kTimePoint, {{"timeUnit", "seconds"}});
  return second;
}

void set_document_properties(const Work& work) {
  add_time_frames(work.view, 1);
  work.document().set("duration", 1234);
  work.document().set("fps", 29.97);
}

void reuse_an_id(const Work& work) {
  work.view.add_annotation(types::kTimeFrame, {{"start", 0}, {"end", 1}}, "x1");
  work.view.add_annotation(types::kTimeFrame, {{"start", 2}, {"end", 3}}, "x1");
}

void choose_ids(const Work& work) {
  const std::string second = work.view.id() + ":mine2";
  work.view.add_annotation(types::kTimeFrame, {{"start", 0}, {"end", 1}}, "mine");
  work.view.add_annotation(types::kTimeFrame, {{"start", 2}, {"end", 3}}, second);
  work.view.add_annotation(types::kTimeFrame, {{"start", 4}, {"end", 5}});
}

void tell_sampling(const Work& work) {
  const std::string_view mode = clams::sampling_mode_name(work.context.sampling_mode());
  work.view.add_annotation(types::kTimeFrame, {{"start", 0}, {"end", 1}, {"sampling", mode}});
}

void use_other_vocabularies(const Work& work) {
  const clams::Annotation& token = work.view.add_annotation(
      AtType{"http://vocab.lappsgrid.org/Token"}, {{"start", 0}, {"end", 4}, {"word", "word"}});
  work.view.add_annotation(AtType{"http://mmif.clams.ai/vocabulary/TimeFrame/v1"},
                           {{"start", 0}, {"end", 1}, {"frameType", "bars"}});
  work.view.add_annotation(types::kSentence,
                           {{"targets", Json::array({token.id()})}, {"text", "word"}});
}

void share_properties(const Work& work) {
  add_time_frames(work.view, 3,
                  {{"label", "same"},
                   {"document", work.document().id()},
                   {"note", {{"a", Json::array({1, 2})}}}});
}

void use_aliases(const Work& work) {
  work.view.add_annotation(types::kTimeFrame, {{"start", 0}, {"end", 1}, {"frameType", "slate"}});
  const Json corners = Json::array({Json::array({0, 0}), Json::array({1, 1})});
  work.view.add_annotation(types::kBoundingBox, {{"boxType", "text"}, {"coordinates", corners}});
  work.view.add_annotation(types::kTimePoint,
                           {{"timePoint", 3}, {"classifications", {{"a", 0.5}}}});
}

void make_text_documents(const Work& work) {
  clams::Document& first = work.view.add_text_document("hello \"world\" \u00e9\n\ttab", "fr");
  first.set("mime", "text/plain");
  clams::Document& second = work.view.add_text_document("second");
  work.view.add_alignment(work.document(), first);
  work.view.add_alignment(first, second);
  second.set("provenance", "derived");
}

void fail_late(const Work& work) {
  add_time_frames(work.view, 2);
  throw std::invalid_argument("boom after two annotations");
}

void warn_once(const Work& work) {
  add_time_frames(work.view, 1);
  work.context.warn("careful now");
}

void only_register(const Work& work) {
  work.view.add_contains(types::kTimeFrame, {{"timeUnit", "milliseconds"}});
}

void report_error(const Work& work) { work.view.set_error("simulated failure", "simulated trace"); }

void fill_two_views(const Work& work) {
  second_view(work).add_annotation(types::kTimePoint,
                                   {{"timePoint", 1.5}, {"document", work.document().id()}});
}

void leave_second_empty(const Work& work) { second_view(work); }

void only_describe_document(const Work& work) { work.document().set("duration", 99); }

void register_in_vain(const Work& work) {
  work.view.add_contains(types::kBoundingBox, {{"timeUnit", "milliseconds"}});
  add_time_frames(work.view, 1);
}

void sign_twice(const Work& work) {
  add_time_frames(work.view, 1);
  work.context.sign(work.view);
}

/// What each mode does with a signed view; modes that are not listed add one TimeFrame.
const std::map<std::string, void (*)(const Work&)>& modes() {
  static const std::map<std::string, void (*)(const Work&)> table{
      {"after", fail_late},
      {"warn", warn_once},
      {"warn2", warn_twice},
      {"empty", only_register},
      {"selferror", report_error},
      {"two", fill_two_views},
      {"partial", leave_second_empty},
      {"docprop", set_document_properties},
      {"docpropview", only_describe_document},
      {"dupid", reuse_an_id},
      {"sampling", tell_sampling},
      {"ownid", choose_ids},
      {"badcontains", register_in_vain},
      {"lapps", use_other_vocabularies},
      {"shared", share_properties},
      {"aliases", use_aliases},
      {"textdocs", make_text_documents},
      {"twice", sign_twice}};
  return table;
}

class Raise : public clams::ClamsApp {
 public:
  clams::AppMetadata app_metadata() const override {
    clams::AppMetadata metadata{.name = "Conformance Raise",
                                .description = "Fails, warns or produces odd views on request.",
                                .analyzer_version = "0.0.1",
                                .app_license = "Apache-2.0",
                                .analyzer_license = "MIT",
                                .identifier = "https://example.org/apps/conf-raise/",
                                .url = "https://example.org/conf-raise",
                                .app_tags = {"Conformance", "ErrorHandling"}};
    metadata.add_input(types::kTextDocument);
    metadata.add_output(types::kTimeFrame, {{"timeUnit", "milliseconds"}});
    metadata.add_parameter(
        {.name = "mode",
         .description = "what to do",
         .type = clams::ParameterType::string,
         .choices = {"ok",       "before",   "after",    "keyerror",    "custom", "unicode",
                     "noargs",   "warn",     "warn2",    "empty",       "noview", "selferror",
                     "two",      "partial",  "docprop",  "docpropview", "dupid",  "badapp",
                     "unsigned", "sampling", "ownid",    "badcontains", "lapps",  "shared",
                     "aliases",  "textdocs", "keepview", "twice"},
         .default_value = "ok"});
    return metadata;
  }

  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    const auto mode = parameters.get<std::string>("mode");
    fail_at_once(mode);
    if (mode == "noview") return;
    View& view = mmif.new_view();
    if (mode == "badapp") view.set_app("http://apps.clams.ai/some-other-app/v9");
    if (mode == "badapp" || mode == "unsigned") return add_time_frames(view, 1);
    context.sign(view);
    const auto work = modes().find(mode);
    if (work == modes().end()) return add_time_frames(view, 1);
    work->second({mmif, view, context});
  }
};

}  // namespace

int main(int argc, char** argv) { return clams::run<Raise>(argc, argv); }
