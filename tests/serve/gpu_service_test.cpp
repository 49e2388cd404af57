// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include "support/test_app.hpp"
#include <clams/memory/model_pool.hpp>
#include <clams/serve/service.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using clams::Json;
using clams::http::ErrorStyle;
using clams::http::Response;
using clams::http::Service;
using clams::http::ServiceOptions;
using clams::testing::kEmptyMmif;
using clams::testing::MemoryHost;
using clams::testing::SimulatedTensor;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

/// Needs 6 GiB of a GPU.
class SixGibibytes : public clams::ClamsApp {
 public:
  explicit SixGibibytes(MemoryHost& host) : host_(host) {}

  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    return clams::testing::test_metadata();
  }
  [[nodiscard]] clams::ModelRequirements model_requirements(
      const clams::Parameters& /*parameters*/) const override {
    return {{.key = "large", .resident = 6_GiB}};
  }
  clams::WarmUp warm_up(const clams::Parameters& parameters,
                        clams::RequestMemory& memory) override {
    if (parameters.get<std::int64_t>("beams") == 5) return clams::WarmUp::nothing;
    const auto model = models_.acquire(memory, "large", [this](const clams::Device* device) {
      return std::make_shared<SimulatedTensor>(host_.gpus(), device->index, 6_GiB);
    });
    return clams::WarmUp::loaded;
  }
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    clams::testing::add_labelled_frame(mmif, parameters, context);
  }

 private:
  MemoryHost& host_;
  clams::ModelPool<SimulatedTensor> models_;
};

/// The app served on a host whose GPU of 10 GiB somebody else uses in part.
struct ServedHost {
  explicit ServedHost(clams::Bytes foreign, ServiceOptions service_options = {}) {
    host.options.on_busy = clams::BusyPolicy::reject;
    memory = host.process();
    if (foreign > clams::Bytes{0}) host.gpus().take_foreign(0, foreign);
    runner = std::make_unique<clams::AppRunner>(
        app, clams::RunnerOptions{.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                                  .folder = "/",
                                  .log = {.sink = &host.log},
                                  .memory = memory.get()});
    service = std::make_unique<Service>(*runner, std::move(service_options));
  }

  [[nodiscard]] Response post() const {
    return service->answer({.method = "POST", .path = "/", .body = kEmptyMmif});
  }
  [[nodiscard]] Response get(const std::string& path, const std::string& query = "") const {
    return service->answer({.method = "GET", .path = path, .query = query});
  }
  [[nodiscard]] Response ask_for_model(const std::string& what, const std::string& query) const {
    return service->answer(
        {.method = "POST", .path = "/models/" + what, .query = query, .is_local = true});
  }

  MemoryHost host;
  SixGibibytes app{host};
  std::unique_ptr<clams::GpuMemory> memory;
  std::unique_ptr<clams::AppRunner> runner;
  std::unique_ptr<Service> service;
};

/// A GPU that counts how often it is asked.
class CountedProbe : public clams::DeviceProbe {
 public:
  explicit CountedProbe(int& asked) : asked_(asked) {}

  [[nodiscard]] const std::vector<clams::Device>& devices() const override { return devices_; }
  [[nodiscard]] clams::DeviceReading read(const std::string& /*uuid*/) const override {
    ++asked_;
    return clams::DeviceMemory{.total = 10_GiB, .free = 10_GiB};
  }

 private:
  int& asked_;
  std::vector<clams::Device> devices_{{.uuid = "GPU-1", .name = "a GPU", .total = 10_GiB}};
};

bool has_header(const Response& response, const std::string& name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

}  // namespace

TEST_CASE("a request without room is answered 503 with what is missing and when to come back",
          "[serve]") {
  const ServedHost served{5632_MiB};

  const Response response = served.post();

  CHECK(response.status == 503);
  CHECK(has_header(response, "Retry-After"));
  const Json body = clams::parse_json(response.body);
  CHECK(body["error"] ==
        "Insufficient GPU memory for large. Required: 6.00GB, Available: 4.50GB. GPU may be in use "
        "by other processes. Please retry later.");
  CHECK(body["code"] == "vram.insufficient");
  CHECK(body["required_bytes"] == (6_GiB).count());
  CHECK(body["available_bytes"] == (4608_MiB).count());
  CHECK(body["estimate_source"] == "declared");
  CHECK(body["holders"].is_array());
}

TEST_CASE("who is refused is not among those who are said to have the memory", "[serve]") {
  const ServedHost served{clams::Bytes{0}};
  const auto running = served.memory->begin(clams::testing::wants("other", 6_GiB));

  const Response refused = served.post();

  REQUIRE(refused.status == 503);
  const Json told = clams::parse_json(refused.body)["holders"];
  CHECK_FALSE(told.empty());
  for (const Json& holder : told) CHECK(holder["state"] == "promised");
  const Json runtime = clams::parse_json(served.get("/runtime").body);
  CHECK(runtime["gpu"]["devices"][0]["holders"] == told);
}

TEST_CASE("clients that know only 500 can be given that", "[serve]") {
  const ServedHost served{9_GiB, {.memory_refusal_status = 500}};

  CHECK(served.post().status == 500);
}

TEST_CASE("a refusal is a problem where problems are asked for", "[serve]") {
  const ServedHost served{9_GiB, {.error_style = ErrorStyle::problem}};

  const Response response = served.post();

  CHECK(response.content_type == "application/problem+json");
  CHECK(clams::parse_json(response.body)["code"] == "vram.insufficient");
}

TEST_CASE("a request with room is answered, and its peak can be looked up", "[serve]") {
  const ServedHost served{clams::Bytes{0}};

  CHECK(served.post().status == 200);

  const std::string metrics = served.get("/metrics").body;
  CHECK(metrics.find(R"(clams_admission_decisions_total{decision="admitted",reason=""} 1)") !=
        std::string::npos);
  CHECK(metrics.find("clams_vram_free_bytes{gpu_uuid=") != std::string::npos);
}

TEST_CASE("the runtime report shows devices with what they have", "[serve]") {
  const ServedHost served{4_GiB};

  const Json gpu = clams::parse_json(served.get("/runtime").body)["gpu"];

  CHECK(gpu["available"] == true);
  CHECK(gpu["devices"][0]["total_memory_gb"] == 10.0);
  CHECK(gpu["devices"][0]["available_memory_gb"] == 6.0);
  CHECK(gpu["devices"][0]["foreign_bytes"] == (4_GiB).count());
}

TEST_CASE("no probe asks a GPU, whose driver may hang", "[serve]") {
  MemoryHost host;
  int asked = 0;
  clams::GpuMemoryParts parts;
  parts.probe = std::make_unique<CountedProbe>(asked);
  parts.ledger_folder = host.folder.path() / "ledgers";
  parts.log = {.sink = &host.log};
  clams::GpuMemory memory{std::move(parts)};
  SixGibibytes app{host};
  clams::AppRunner runner{app, {.folder = "/", .log = {.sink = &host.log}, .memory = &memory}};
  Service service{runner};
  service.become_ready();
  asked = 0;

  CHECK(service.answer({.method = "GET", .path = "/healthz"}).status == 200);
  CHECK(service.answer({.method = "GET", .path = "/readyz"}).status == 200);
  CHECK(asked == 0);
  CHECK(service.answer({.method = "GET", .path = "/runtime"}).status == 200);
  CHECK(asked > 0);
}

TEST_CASE("an idle model is unloaded at the wish of who is on this machine", "[serve]") {
  const ServedHost served{clams::Bytes{0}};
  const clams::ModelPool<int> models;
  auto request = served.memory->begin({.id = "r", .app = "a", .hash = std::string(32, '0')});
  auto lease = std::optional{models.acquire(
      *request, "large", [](const clams::Device*) { return std::make_shared<int>(1); })};

  CHECK(served.service->answer({.method = "POST", .path = "/models/unload"}).status == 403);
  CHECK(served.ask_for_model("unload", "").status == 400);
  CHECK(served.ask_for_model("unload", "key=other").status == 404);
  CHECK(served.ask_for_model("unload", "key=large").status == 409);

  lease.reset();
  request.reset();
  CHECK(served.ask_for_model("unload", "key=large").status == 200);
  CHECK(served.ask_for_model("unload", "key=large").status == 404);
  CHECK(served.get("/models/unload").status == 405);
}

TEST_CASE("a model is loaded ahead at the wish of who is on this machine", "[serve]") {
  const ServedHost served{clams::Bytes{0}};

  const Response loaded = served.ask_for_model("load", "word=hi");
  const Response again = served.ask_for_model("load", "key=large");

  const Json body = clams::parse_json(loaded.body);
  CHECK(body["warm_up"] == "loaded");
  CHECK(body["models"][0]["key"] == "large");
  CHECK(body["models"][0]["loaded"] == true);
  CHECK(clams::parse_json(again.body)["warm_up"] == "not needed");
  CHECK(served.host.free() == 4_GiB);
  CHECK(served.service->answer({.method = "POST", .path = "/models/load"}).status == 403);
}

TEST_CASE("a load without a key asks the app, whatever is loaded already", "[serve]") {
  const ServedHost served{clams::Bytes{0}};
  const clams::ModelPool<int> models;
  {
    const auto request =
        served.memory->begin({.id = "r", .app = "a", .hash = std::string(32, '0')});
    const auto nameless =
        models.acquire(*request, "", [](const clams::Device*) { return std::make_shared<int>(1); });
  }

  const Response loaded = served.ask_for_model("load", "word=hi");

  CHECK(clams::parse_json(loaded.body)["warm_up"] == "loaded");
}

TEST_CASE("a model that was pinned by hand stays until it is released", "[serve]") {
  ServedHost served{clams::Bytes{0}};
  CHECK(served.ask_for_model("load", "key=large&pin=true").status == 200);

  served.host.clock.advance(1h);
  served.memory->tidy_up();
  CHECK(served.host.free() == 4_GiB);

  CHECK(served.ask_for_model("load", "key=large&pin=false").status == 200);
  served.memory->tidy_up();
  CHECK(served.host.free() == 10_GiB);
}

TEST_CASE("what cannot be loaded is said", "[serve]") {
  const ServedHost served{clams::Bytes{0}};

  CHECK(served.ask_for_model("load", "beams=2").status == 400);  // no such choice
  CHECK(served.ask_for_model("load", "beams=5").status == 501);  // the app loads nothing for it
  CHECK(served.ask_for_model("load", "pin=true").status == 400);
  CHECK(served.ask_for_model("load", "key=small").status == 404);
  served.memory->unload("large");
  served.host.gpus().take_foreign(0, 9_GiB);
  CHECK(served.ask_for_model("load", "").status == 503);
}
