// SPDX-License-Identifier: Apache-2.0
// What it takes to add a view to an MMIF of so many annotations, by its parts, beside the least
// that can be done with its bytes: one scan by simdjson, where it is installed, and one copy.
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/json_reader.hpp>

#include <benchmark/benchmark.h>
#include <cstdint>
#include <memory>
#include <string>

#ifdef CLAMS_BENCH_SIMDJSON
#include <simdjson.h>
#endif

namespace {

std::string annotation(std::int64_t number) {
  return R"({"@type": "http://mmif.clams.ai/vocabulary/TimeFrame/v5", "properties": {"id": "v_0:tf_)" +
         std::to_string(number) + R"(", "label": "speech", "start": )" +
         std::to_string(number * 40) + R"(, "end": )" + std::to_string(number * 40 + 39) +
         R"(, "classification": {"speech": 0.5, "music": 0.25}}})";
}

/// About 200 bytes an annotation, as bench/peer.py sends them.
std::shared_ptr<const std::string> mmif_text(std::int64_t annotations) {
  std::string text = R"({"metadata": {"mmif": "http://mmif.clams.ai/1.0.5"}, "documents": [], )"
                     R"("views": [{"id": "v_0", "metadata": {"app": "http://apps.clams.ai/x/v1", )"
                     R"("contains": {"http://mmif.clams.ai/vocabulary/TimeFrame/v5": {}}}, )"
                     R"("annotations": [)";
  for (std::int64_t i = 0; i < annotations; ++i) text += (i > 0 ? ", " : "") + annotation(i);
  return std::make_shared<const std::string>(text + "]}]}");
}

void count_bytes(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void mmif_parse(benchmark::State& state) {
  const auto text = mmif_text(state.range(0));
  for (auto run : state) benchmark::DoNotOptimize(clams::Mmif::parse(text));
  count_bytes(state, *text);
}
BENCHMARK(mmif_parse)->Arg(5)->Arg(50'000)->Unit(benchmark::kMicrosecond);

void mmif_add_view(benchmark::State& state) {
  const auto text = mmif_text(state.range(0));
  for (auto run : state) {
    clams::Mmif mmif = clams::Mmif::parse(text);
    clams::View& view = mmif.new_view();
    view.set_app("http://apps.clams.ai/bench/v1");
    view.add_annotation(clams::types::kAnnotation, {{"label", "seen"}});
    benchmark::DoNotOptimize(mmif.serialize(clams::MmifLayout::compact));
  }
  count_bytes(state, *text);
}
BENCHMARK(mmif_add_view)->Arg(5)->Arg(50'000)->Unit(benchmark::kMicrosecond);

void json_skip(benchmark::State& state) {
  const auto text = mmif_text(state.range(0));
  for (auto run : state) benchmark::DoNotOptimize(clams::JsonReader{*text}.skip_value());
  count_bytes(state, *text);
}
BENCHMARK(json_skip)->Arg(50'000)->Unit(benchmark::kMicrosecond);

void copy_of_bytes(benchmark::State& state) {
  const auto text = mmif_text(state.range(0));
  for (auto run : state) benchmark::DoNotOptimize(std::string{*text});
  count_bytes(state, *text);
}
BENCHMARK(copy_of_bytes)->Arg(50'000)->Unit(benchmark::kMicrosecond);

#ifdef CLAMS_BENCH_SIMDJSON
void simdjson_parse(benchmark::State& state) {
  const simdjson::padded_string text{*mmif_text(state.range(0))};
  simdjson::dom::parser parser;
  for (auto run : state) {
    simdjson::dom::element root;
    if (parser.parse(text).get(root) != simdjson::SUCCESS) state.SkipWithError("no JSON");
    benchmark::DoNotOptimize(root);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(simdjson_parse)->Arg(50'000)->Unit(benchmark::kMicrosecond);

// The first stage finds the tokens and checks UTF-8, and little else.
void simdjson_first_stage(benchmark::State& state) {
  const simdjson::padded_string text{*mmif_text(state.range(0))};
  simdjson::ondemand::parser parser;
  for (auto run : state) {
    simdjson::ondemand::document document;
    if (parser.iterate(text).get(document) != simdjson::SUCCESS) state.SkipWithError("no JSON");
    benchmark::DoNotOptimize(document);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(simdjson_first_stage)->Arg(50'000)->Unit(benchmark::kMicrosecond);
#endif

}  // namespace
