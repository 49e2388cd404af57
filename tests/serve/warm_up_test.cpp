// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/test_app.hpp"
#include <clams/serve/service.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

using clams::http::Response;
using clams::http::Service;
using clams::http::ServiceOptions;
using clams::testing::kEmptyMmif;
using namespace std::chrono_literals;

namespace {

/// Warms up until it is told to go on, or to stop.
class SlowToWarmUp : public clams::ClamsApp {
 public:
  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    return clams::testing::test_metadata();
  }
  clams::WarmUp warm_up(const clams::Parameters& /*parameters*/,
                        clams::RequestMemory& memory) override {
    std::unique_lock lock{mutex_};
    const auto& stop = memory.request().patience.stop;
    changed_.wait(lock, stop, [this] { return may_go_on_; });
    if (fails_) throw clams::Error{clams::ErrorCode::unavailable, "no room for it"};
    return clams::WarmUp::loaded;
  }
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    clams::testing::add_labelled_frame(mmif, parameters, context);
  }
  void go_on() {
    const std::scoped_lock lock{mutex_};
    may_go_on_ = true;
    changed_.notify_all();
  }
  void fail() {
    {
      const std::scoped_lock lock{mutex_};
      fails_ = true;
    }
    go_on();
  }

 private:
  std::mutex mutex_;  // guards what is below
  std::condition_variable_any changed_;
  bool may_go_on_ = false;
  bool fails_ = false;
};

/// The app in a service that is open.
struct WarmedService {
  SlowToWarmUp app;
  clams::testing::RecordingSink log;
  clams::AppRunner runner{app,
                          {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                           .folder = "/",
                           .log = {.sink = &log}}};
  Service service{runner, {.workers = 1, .warm_up = true}};

  WarmedService() { service.open(); }

  [[nodiscard]] Response get(const std::string& path) {
    return service.answer({.method = "GET", .path = path});
  }
  [[nodiscard]] Response post() {
    return service.answer({.method = "POST", .path = "/", .body = kEmptyMmif});
  }
};

}  // namespace

TEST_CASE("while an app warms up it is alive but not ready", "[serve]") {
  WarmedService warmed;

  CHECK(warmed.get("/healthz").status == 200);
  CHECK(warmed.get("/").status == 200);
  CHECK(warmed.get("/readyz").status == 503);
  CHECK(warmed.get("/readyz").body == "warming up\n");
  const Response refused = warmed.post();
  CHECK(refused.status == 503);
  CHECK(std::any_of(refused.headers.begin(), refused.headers.end(),
                    [](const auto& header) { return header.first == "Retry-After"; }));

  warmed.app.go_on();
}

TEST_CASE("a warmed up app takes requests", "[serve]") {
  WarmedService warmed;
  warmed.app.go_on();

  REQUIRE(warmed.service.wait_until_idle(10s));

  CHECK(warmed.get("/readyz").status == 200);
  CHECK(warmed.post().status == 200);
}

TEST_CASE("an app whose warm-up fails is ready, and the log says why", "[serve]") {
  WarmedService warmed;
  warmed.app.fail();

  REQUIRE(warmed.service.wait_until_idle(10s));

  CHECK(warmed.get("/readyz").status == 200);
  CHECK(warmed.post().status == 200);
  CHECK(warmed.log.text().find("the warm-up failed: no room for it") != std::string::npos);
}

TEST_CASE("a server that ends does not wait for the warm-up", "[serve]") {
  WarmedService warmed;

  warmed.service.drain();
  warmed.service.cut_off();

  CHECK(warmed.service.wait_until_idle(10s));
  CHECK(warmed.get("/readyz").body == "draining\n");
}
