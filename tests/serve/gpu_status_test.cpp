// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/memory_host.hpp"
#include "support/test_app.hpp"
#include <clams/serve/gpu_status.hpp>
#include <clams/serve/server.hpp>
#include <clams/serve/startup_banner.hpp>

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

using clams::Json;
using clams::http::Server;
using clams::testing::ask;
using clams::testing::contains_text;
using clams::testing::http_request;
using clams::testing::HttpClient;
using clams::testing::kEmptyMmif;
using clams::testing::MemoryHost;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

/// Needs 1 GiB of a GPU, and holds it until it is told to end, or to stop.
class HoldingApp : public clams::ClamsApp {
 public:
  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    return clams::testing::test_metadata();
  }
  [[nodiscard]] clams::ModelRequirements model_requirements(
      const clams::Parameters& /*parameters*/) const override {
    return {{.key = "net", .resident = 0_B, .working = 1_GiB}};
  }
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, context.stop_token(), [this] { return may_end_; });
    context.throw_if_stopped();
    clams::testing::add_labelled_frame(mmif, parameters, context);
  }
  void end() {
    {
      const std::scoped_lock lock{mutex_};
      may_end_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool may_end_ = false;
};

/// The app on four GPUs of 4.5 GiB, behind a real socket.
struct FourGpuServer {
  explicit FourGpuServer(std::size_t max_per_gpu = 4) {
    host.options.on_busy = clams::BusyPolicy::reject;
    host.options.max_per_gpu = max_per_gpu;
    memory = host.process();
    runner = std::make_unique<clams::AppRunner>(
        app, clams::RunnerOptions{.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                                  .folder = "/",
                                  .log = {.level = clams::LogLevel::info, .sink = &host.log},
                                  .memory = memory.get()});
    server = std::make_unique<Server>(
        *runner, clams::http::ServerOptions{.port = 0, .service = {.workers = 20}});
    server->start();
  }
  FourGpuServer(const FourGpuServer&) = delete;
  FourGpuServer& operator=(const FourGpuServer&) = delete;
  FourGpuServer(FourGpuServer&&) = delete;
  FourGpuServer& operator=(FourGpuServer&&) = delete;
  ~FourGpuServer() { app.end(); }

  [[nodiscard]] Json status() const {
    return clams::parse_json(ask(server->port(), "GET", "/gpu-status").body);
  }
  void wait_for_connections(std::size_t wanted) const {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (status()["total_connections"] != wanted) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::yield();
    }
  }
  void connect() {
    clients.emplace_back(server->port()).send(http_request("POST", "/", kEmptyMmif));
  }

  MemoryHost host{"4.5GiB,4.5GiB,4.5GiB,4.5GiB"};
  HoldingApp app;
  std::unique_ptr<clams::GpuMemory> memory;
  std::unique_ptr<clams::AppRunner> runner;
  std::list<HttpClient> clients;
  std::unique_ptr<Server> server;
};

}  // namespace

TEST_CASE("sixteen clients fill four GPUs, the seventeenth is refused, and who leaves makes room",
          "[serve]") {
  FourGpuServer served;
  for (int i = 0; i < 16; ++i) served.connect();
  served.wait_for_connections(16);

  const auto refused = ask(served.server->port(), "POST", "/", kEmptyMmif);
  CHECK(refused.status == 503);
  CHECK(refused.headers.count("retry-after") == 1);
  const Json problem = clams::parse_json(refused.body);
  CHECK_THAT(problem["error"].get<std::string>(), contains_text("No GPU available"));
  CHECK(problem["code"] == "vram.no_gpu");

  served.clients.pop_front();  // it just goes
  served.wait_for_connections(15);
  served.connect();
  served.wait_for_connections(16);
  served.app.end();
  CHECK(served.clients.back().receive().status == 200);
}

TEST_CASE("/gpu-status says what runs on each GPU and what it has left", "[serve]") {
  FourGpuServer served;
  served.connect();
  served.wait_for_connections(1);

  const Json status = served.status();

  CHECK(status["total_gpus"] == 4);
  CHECK(status["max_connections_per_gpu"] == 4);
  CHECK(status["placement"] == "best_fit");
  REQUIRE(status["gpus"].size() == 4);
  const Json& first = status["gpus"][0];
  CHECK(first["gpu_id"] == 0);
  CHECK(first["uuid"] == served.memory->devices().front().uuid);
  CHECK(first["name"] == "Simulated GPU");
  CHECK(first["active_connections"] == 1);
  CHECK(first["allocated_memory_gb"] == 1.0);
  CHECK(first["free_memory_gb"] == 3.5);
  CHECK(first["total_memory_gb"] == 4.5);
  CHECK(first["utilization_percent"] == 22.22);
  CHECK(status["gpus"][1]["active_connections"] == 0);
  CHECK_THAT(ask(served.server->port(), "GET", "/metrics").body,
             contains_text("clams_gpu_requests_running{gpu_uuid=\"" +
                           first["uuid"].get<std::string>() + "\"} 1"));
}

TEST_CASE("a GPU that cannot be read has no figures, and says why", "[serve]") {
  FourGpuServer served{0};
  served.host.gpus().fail_reads(2, "the driver is gone");

  const Json status = served.status();

  CHECK(status["max_connections_per_gpu"].is_null());
  CHECK(status["gpus"][2]["free_memory_gb"].is_null());
  CHECK_THAT(status["gpus"][2]["problem"].get<std::string>(), contains_text("the driver is gone"));
  CHECK_FALSE(status["gpus"][1].contains("problem"));
}

TEST_CASE("without a GPU the status is empty", "[serve]") {
  clams::GpuMemory memory;

  const Json status = clams::http::gpu_status(memory);

  CHECK(status["total_gpus"] == 0);
  CHECK(status["total_connections"] == 0);
  CHECK(status["gpus"] == Json::array());
}

TEST_CASE("the metadata and the runtime report tell of each GPU", "[serve]") {
  FourGpuServer served;
  served.connect();
  served.wait_for_connections(1);
  const int port = served.server->port();

  for (const std::string query : {"includeVRAM=true", "includeRuntime=true"}) {
    const Json gpu = clams::parse_json(ask(port, "GET", "/?" + query).body)["runtime"]["gpu"];
    CHECK(gpu["available"] == true);
    CHECK(gpu["devices"][0]["id"] == 0);
    CHECK(gpu["devices"][0]["name"] == "Simulated GPU");
    CHECK(gpu["devices"][0]["total_memory_gb"] == 4.5);
    CHECK(gpu["devices"][0]["available_memory_gb"] == 3.5);
  }
  const Json report = clams::parse_json(ask(port, "GET", "/runtime").body);
  CHECK(report["gpu"]["devices"][0]["holders"][0]["state"] == "promised");
  CHECK(report["admission"]["admitted"] == 1);
  CHECK(report["admission"]["refused"]["vram.no_gpu"] == 0);
  CHECK(report["queue"]["requests"] == Json::array());
  CHECK(report["profiles"]["count"] == 0);
}

TEST_CASE("the runtime report shows what is remembered of the app's requests", "[serve]") {
  FourGpuServer served;
  served.memory->store()->raise(served.runner->metadata().identifier, std::string(32, 'a'),
                                {.peak = 2_GiB, .devices = {{"H100", {.working = 2_GiB}}}});
  REQUIRE(served.memory->store()->flush());

  const Json profiles =
      clams::parse_json(ask(served.server->port(), "GET", "/runtime").body)["profiles"];

  CHECK(profiles["count"] == 1);
  CHECK(profiles["records"][0]["peak_bytes"] == (2_GiB).count());
  CHECK(profiles["records"][0]["devices"] == Json::array({"H100"}));
}

TEST_CASE("a server that starts says which GPUs it has and how it gives them out", "[serve]") {
  const FourGpuServer served;

  const std::string log = served.host.log.text();

  CHECK_THAT(log, contains_text("Test App v1 (clams-cpp "));
  CHECK_THAT(log, contains_text("GPU 3: Simulated GPU " + served.memory->devices()[3].uuid +
                                ", 4.50 of 4.50 GB free, 0.00 GB left as margin"));
  CHECK_THAT(log,
             contains_text("GPUs: 4, requests on each: 4 at most, 16 in all; placement best_fit"));
  CHECK_THAT(log, contains_text("listening on http://127.0.0.1:"));
}

TEST_CASE("a server with fewer workers than its GPUs have slots says so", "[serve]") {
  const FourGpuServer served;

  CHECK(clams::http::startup_banner(*served.runner, 2).back() ==
        "only 2 requests run side by side: set --max-concurrency to 16 to use all of the GPUs' 16");
  CHECK_THAT(clams::http::startup_banner(*served.runner, 1).back(),
             contains_text("only 1 request runs at a time: "));
  CHECK_THAT(clams::http::startup_banner(*served.runner, 16).back(), contains_text("GPUs: 4"));
}

TEST_CASE("a server without GPU says that requests run on the processor", "[serve]") {
  clams::testing::TestRunner test;

  CHECK(clams::http::startup_banner(test.runner, 2).back() ==
        "GPUs: none; requests run on the processor");
}
