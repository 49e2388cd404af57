// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/peak_fit.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

using clams::Bytes;
using clams::PeakFit;
using clams::PeakSample;
using namespace clams::literals;

namespace {

using Features = std::map<std::string, double>;

PeakSample run_of(double seconds, std::int64_t bytes) {
  return {.features = {{"seconds", seconds}}, .working = Bytes{bytes}};
}

PeakFit fit_of(const std::vector<PeakSample>& samples, double quantile = 0.95,
               Bytes at_least = 0_B) {
  return PeakFit{samples, {"seconds"}, quantile, at_least};
}

Bytes peak_at(const PeakFit& fit, double seconds) { return fit.at({{"seconds", seconds}}).working; }

/// Runs with two features whose peaks rise with both, with noise and the odd outlier.
std::vector<PeakSample> noisy_runs(unsigned seed, std::size_t count) {
  std::mt19937_64 random{seed};
  std::vector<PeakSample> runs;
  for (std::size_t i = 0; i < count; ++i) {
    const auto seconds = static_cast<double>(random() % 3600);
    const auto batch = static_cast<double>(1 + random() % 8);
    const double noise = static_cast<double>(random() % 1000) * 1e5;
    const double peak = 2e9 + 1e5 * seconds + 3e8 * batch + (random() % 20 == 0 ? 9e9 : noise);
    runs.push_back({.features = {{"seconds", seconds}, {"batch", batch}},
                    .working = Bytes{static_cast<std::int64_t>(peak)}});
  }
  return runs;
}

std::size_t runs_covered(const PeakFit& fit, const std::vector<PeakSample>& runs) {
  return static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [&](const auto& run) {
    return fit.at(run.features).working >= run.working;
  }));
}

}  // namespace

TEST_CASE("peaks on a line are continued along that line", "[memory]") {
  const PeakFit fit = fit_of({run_of(10, 1100), run_of(20, 1200), run_of(40, 1400)});

  CHECK(peak_at(fit, 30) >= Bytes{1300});
  CHECK(peak_at(fit, 30) <= Bytes{1301});
  CHECK_FALSE(fit.at({{"seconds", 30}}).is_extrapolated);
  CHECK(peak_at(fit, 100) >= Bytes{1999});
  CHECK(peak_at(fit, 100) <= Bytes{2001});
  CHECK(fit.at({{"seconds", 100}}).is_extrapolated);
  CHECK(fit.at({{"seconds", 5}}).is_extrapolated);
}

TEST_CASE("nothing is expected to take less than the smallest run", "[memory]") {
  const PeakFit fit = fit_of({run_of(10, 1000), run_of(20, 2000), run_of(30, 3000)});

  CHECK(peak_at(fit, 0) == Bytes{1000});
}

TEST_CASE("peaks that fall with the input give no falling line", "[memory]") {
  const PeakFit fit = fit_of({run_of(10, 3000), run_of(20, 2000), run_of(30, 1000)});

  CHECK(peak_at(fit, 10) >= Bytes{3000});
  CHECK(peak_at(fit, 1e6) == peak_at(fit, 10));
}

TEST_CASE("one outlier among many runs does not set the estimate", "[memory]") {
  std::vector<PeakSample> runs;
  for (int i = 1; i <= 60; ++i) runs.push_back(run_of(i, 1000 + 10 * i));
  runs.push_back(run_of(30, 1'000'000));

  CHECK(peak_at(fit_of(runs), 60) < Bytes{1700});
  CHECK(peak_at(fit_of(runs, 1.0), 60) >= Bytes{1'000'000});
}

TEST_CASE("too few sizes for a line scale the highest peak with the input", "[memory]") {
  const PeakFit fit = fit_of({run_of(10, 1000), run_of(20, 1500), run_of(20, 1200)});

  CHECK(peak_at(fit, 5) == Bytes{1500});
  CHECK(peak_at(fit, 20) == Bytes{1500});
  CHECK(peak_at(fit, 60) == Bytes{4500});
  CHECK(fit.at({{"seconds", 60}}).is_extrapolated);
}

TEST_CASE("a run on nothing at all scales no peak", "[memory]") {
  CHECK(peak_at(fit_of({run_of(0, 1000)}), 60) == Bytes{1000});
}

TEST_CASE("runs that name no features expect their highest peak", "[memory]") {
  const PeakFit fit{{run_of(10, 1000), run_of(20, 3000), run_of(30, 2000)}, {}, 0.95, Bytes{0}};

  CHECK(fit.at({}).working == Bytes{3000});
}

TEST_CASE("sizes that hardly differ give no slope without end", "[memory]") {
  const PeakFit fit = fit_of({run_of(0, 1000), run_of(1e-310, 2000), run_of(1, 3000)});

  CHECK(peak_at(fit, 1) >= Bytes{3000});
  CHECK(peak_at(fit, 2) <= Bytes{10000});
}

TEST_CASE("no estimate is as low as what a run failed with", "[memory]") {
  const PeakFit fit =
      fit_of({run_of(10, 1000), run_of(20, 2000), run_of(30, 3000)}, 0.95, Bytes{2500});

  CHECK(peak_at(fit, 10) == Bytes{2501});
  CHECK(peak_at(fit, 30) >= Bytes{3000});
  CHECK(peak_at(fit_of({}, 0.95, Bytes{70}), 10) == Bytes{71});
}

TEST_CASE("runs without the features are left out", "[memory]") {
  const PeakFit fit = fit_of({{.features = {{"batch", 1}}, .working = Bytes{9999}},
                              run_of(std::numeric_limits<double>::infinity(), 9999)});

  CHECK(fit.is_empty());
  CHECK(fit_of({}).is_empty());
  CHECK(fit.at({{"seconds", 1}}).is_extrapolated);
}

TEST_CASE("a request whose features are no numbers is refused", "[memory]") {
  const PeakFit fit = fit_of({run_of(10, 1000)});

  CHECK_THROWS_AS(fit.at({}), clams::Error);
  CHECK_THROWS_AS(fit.at({{"seconds", std::nan("")}}), clams::Error);
  const PeakFit both{{run_of(10, 1000)}, {"batch", "seconds"}, 0.95, Bytes{0}};
  CHECK_THROWS_WITH(both.at({{"seconds", 1}}), clams::testing::contains_text("batch, seconds"));
}

TEST_CASE("an absurd input gives a large amount and no overflow", "[memory]") {
  const PeakFit line = fit_of({run_of(10, 1000), run_of(20, 2000), run_of(30, 3000)});
  const PeakFit ratio = fit_of({run_of(1e-300, 1000)});

  CHECK(peak_at(line, 1e300) > 1_GiB);
  CHECK(peak_at(ratio, 1e300) > 1_GiB);
  CHECK(peak_at(line, -1e300) == Bytes{1000});
}

TEST_CASE("a fit over random runs keeps its promises", "[memory]") {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    const auto runs = noisy_runs(seed, 1 + seed * 5 % 64);
    const Bytes at_least{std::int64_t{seed} * 200'000'000};
    for (const double quantile : {0.5, 0.9, 0.95, 1.0}) {
      const PeakFit fit{runs, {"batch", "seconds"}, quantile, at_least};
      const auto wanted = std::ceil(quantile * static_cast<double>(runs.size()));

      CHECK(runs_covered(fit, runs) >= static_cast<std::size_t>(wanted));
      for (double seconds = -100; seconds < 8000; seconds += 900) {
        const Features features{{"seconds", seconds}, {"batch", 3}};
        const Features longer{{"seconds", seconds + 50}, {"batch", 3}};
        const Features wider{{"seconds", seconds}, {"batch", 4}};
        CHECK(fit.at(features).working > at_least);
        CHECK(fit.at(longer).working >= fit.at(features).working);
        CHECK(fit.at(wider).working >= fit.at(features).working);
      }
    }
  }
}

TEST_CASE("the same runs give the same estimate, always", "[memory]") {
  const auto runs = noisy_runs(7, 64);
  const Features features{{"seconds", 1234}, {"batch", 5}};
  const PeakFit first{runs, {"batch", "seconds"}, 0.95};
  const PeakFit second{runs, {"batch", "seconds"}, 0.95};

  CHECK(first.at(features).working == second.at(features).working);
}

TEST_CASE("a fit over two features follows both", "[memory]") {
  std::vector<PeakSample> runs;
  for (int batch = 1; batch <= 6; ++batch) {
    for (int seconds = 100; seconds <= 900; seconds += 100) {
      runs.push_back({.features = {{"batch", batch}, {"seconds", seconds}},
                      .working = Bytes{1'000'000 + 50'000 * batch + 100 * seconds}});
    }
  }
  const PeakFit fit{runs, {"batch", "seconds"}, 0.95};
  const auto expected = 1'000'000 + 50'000 * 12 + 100 * 1800;

  CHECK(static_cast<double>(fit.at({{"batch", 12}, {"seconds", 1800}}).working.count()) ==
        Approx(expected).epsilon(0.02));
}
