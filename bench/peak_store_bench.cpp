// SPDX-License-Identifier: Apache-2.0
#include <clams/memory/peak_store.hpp>
#include <clams/util/files.hpp>

#include <benchmark/benchmark.h>
#include <filesystem>
#include <memory>

namespace {

namespace fs = std::filesystem;
const std::string kApp = "http://apps.clams.ai/x/v1";
const std::string kHash = "0123456789abcdef0123456789abcdef";

/// A store in a new folder, gone at the end.
class StoreInTemporaryFolder {
 public:
  StoreInTemporaryFolder() { fs::create_directory(folder_); }
  StoreInTemporaryFolder(const StoreInTemporaryFolder&) = delete;
  StoreInTemporaryFolder& operator=(const StoreInTemporaryFolder&) = delete;
  StoreInTemporaryFolder(StoreInTemporaryFolder&&) = delete;
  StoreInTemporaryFolder& operator=(StoreInTemporaryFolder&&) = delete;
  ~StoreInTemporaryFolder() {
    store_.reset();  // which still writes
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  clams::PeakStore* operator->() { return store_.get(); }

 private:
  fs::path folder_ = clams::unique_sibling(fs::temp_directory_path() / "clams-bench");
  std::unique_ptr<clams::PeakStore> store_ =
      std::make_unique<clams::PeakStore>(clams::PeakStoreOptions{.folder = folder_});
};

/// As much as a record ever holds for one device: all samples, two features each.
clams::PeakRecord record(std::size_t samples) {
  clams::DevicePeak device{.weights = clams::Bytes{1}, .working = clams::Bytes{2}};
  for (std::size_t i = 0; i < samples; ++i) {
    const double seconds = static_cast<double>(i);
    device.samples.push_back(
        {.features = {{"seconds", seconds}, {"batch", 8}}, .working = clams::Bytes{2}});
  }
  return {.peak = clams::Bytes{3}, .devices = {{"NVIDIA A100 / float16", device}}};
}

void peak_store_find_hit(benchmark::State& state) {
  StoreInTemporaryFolder store;
  store->raise(kApp, kHash, record(static_cast<std::size_t>(state.range(0))));
  (void)store->find(kApp, kHash);
  for (auto run : state) benchmark::DoNotOptimize(store->find(kApp, kHash));
}
BENCHMARK(peak_store_find_hit)->Arg(0)->Arg(64)->ArgName("samples");

void peak_store_find_nothing(benchmark::State& state) {
  StoreInTemporaryFolder store;
  (void)store->find(kApp, kHash);
  for (auto run : state) benchmark::DoNotOptimize(store->find(kApp, kHash));
}
BENCHMARK(peak_store_find_nothing);

void peak_store_raise_without_news(benchmark::State& state) {
  StoreInTemporaryFolder store;
  store->raise(kApp, kHash, record(static_cast<std::size_t>(state.range(0))));
  store->flush();
  const clams::PeakRecord run = record(1);
  for (auto again : state) store->raise(kApp, kHash, run);
}
BENCHMARK(peak_store_raise_without_news)->Arg(1)->Arg(64)->ArgName("samples");

// What the request waits for: the writing happens on another thread.
void peak_store_raise_with_news(benchmark::State& state) {
  StoreInTemporaryFolder store;
  std::int64_t peak = 0;
  for (auto run : state) store->raise(kApp, kHash, {.peak = clams::Bytes{++peak}});
}
BENCHMARK(peak_store_raise_with_news);

void peak_store_raise_to_disk(benchmark::State& state) {
  StoreInTemporaryFolder store;
  std::int64_t peak = 0;
  for (auto run : state) {
    store->raise(kApp, kHash, {.peak = clams::Bytes{++peak}});
    if (!store->flush()) state.SkipWithError("the peak did not get to the disk");
  }
}
BENCHMARK(peak_store_raise_to_disk)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
