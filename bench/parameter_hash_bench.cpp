// SPDX-License-Identifier: Apache-2.0
#include <clams/util/parameter_hash.hpp>

#include <benchmark/benchmark.h>

namespace {

// What names a request in the peak store; it is worked out once a request.
void parameter_hash_of_eight(benchmark::State& state) {
  clams::Json values = clams::Json::object();
  for (int i = 0; i < 8; ++i) values["parameter" + std::to_string(i)] = i;
  for (auto run : state) benchmark::DoNotOptimize(clams::parameter_hash(values));
}
BENCHMARK(parameter_hash_of_eight);

}  // namespace
