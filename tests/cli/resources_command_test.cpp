// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/app/detail/memory_request.hpp>
#include <clams/cli/run.hpp>
#include <clams/memory/peak_store.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <vector>

using clams::testing::ChildProcess;
using clams::testing::contains_text;
using clams::testing::Ended;
using clams::testing::TemporaryFolder;
using namespace clams::literals;

namespace {

/// What the app declares: its model's size by `beams`, or the name alone, or nothing.
enum class Says { size, name, nothing };

class SizedApp : public clams::ClamsApp {
 public:
  explicit SizedApp(Says says = Says::size, clams::Bytes typical = {})
      : says_(says), typical_(typical) {}

  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    clams::AppMetadata metadata = clams::testing::test_metadata();
    metadata.est_gpu_mem_typ = typical_;
    return metadata;
  }
  [[nodiscard]] clams::ModelRequirements model_requirements(
      const clams::Parameters& parameters) const override {
    if (says_ == Says::nothing) return {};
    if (says_ == Says::name) return {{.key = "net"}};
    return {{.key = "net", .resident = 1_GiB * parameters.get<int>("beams"), .working = 1_GiB}};
  }
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    clams::testing::add_labelled_frame(mmif, parameters, context);
  }

 private:
  Says says_;
  clams::Bytes typical_;
};

Ended resources(clams::ClamsApp& app, std::vector<std::string> arguments,
                const TemporaryFolder& folder = {}, const std::string& visible = "0") {
  arguments.insert(arguments.begin(), "resources");
  ChildProcess child{[&] {
                       std::vector<const char*> argv{"/bin/test-app"};
                       for (const auto& argument : arguments) argv.push_back(argument.c_str());
                       return clams::run(app, static_cast<int>(argv.size()), argv.data());
                     },
                     "",
                     {"CLAMS_APP_VERSION=v1", "CLAMS_PROFILE_DIR=" + folder.path().string(),
                      "CLAMS_SIMULATED_GPUS=16GiB", "CUDA_VISIBLE_DEVICES=" + visible}};
  return child.wait();
}

}  // namespace

TEST_CASE("resources prints what the app declares for these parameters", "[cli]") {
  SizedApp app;

  const Ended usual = resources(app, {});
  const Ended large = resources(app, {"--format", "json", "--beams", "5"});

  CHECK(usual.exit_code == 0);
  CHECK(usual.out.rfind("#SBATCH --gres=gpu:1\n# GPU memory: 2048 MiB on each GPU (declared)", 0) ==
        0);
  CHECK(large.exit_code == 0);
  CHECK(clams::parse_json(large.out)["gpu_memory_bytes"] == (6_GiB).count());
}

TEST_CASE("each scheduler's format can be asked for", "[cli]") {
  SizedApp app;

  CHECK_THAT(resources(app, {"--format=k8s"}).out, contains_text("nvidia.com/gpu: 1"));
  CHECK_THAT(resources(app, {"--format", "nextflow"}).out, contains_text("accelerator 1"));
  CHECK_THAT(resources(app, {"--format", "ray"}).out, contains_text("@ray.remote(num_gpus=1"));
  CHECK_THAT(resources(app, {"--format", "snakemake"}).out, contains_text("vram_mb="));
}

TEST_CASE("resources counts what such requests took, under the hash they are run with", "[cli]") {
  const TemporaryFolder folder;
  SizedApp app{Says::nothing};
  clams::RawParameters raw;
  raw.set("beams", {"5"});
  // The runner has a thread, which must have ended when the command is run in a child.
  const auto request = [&] {
    const clams::AppRunner runner{
        app, {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}}}};
    return clams::detail::memory_request(
        app, runner.metadata(), clams::refine_parameters(runner.metadata().parameters, raw));
  }();
  {
    clams::PeakStore store{{.folder = folder.path()}};
    store.raise(request.app, request.hash,
                {.peak = 10_GiB, .devices = {{"H100", {.weights = 6_GiB, .working = 4_GiB}}}});
    REQUIRE(store.flush());
  }

  const Ended measured = resources(app, {"--format", "json", "--beams", "5"}, folder);

  const clams::Json answer = clams::parse_json(measured.out);
  CHECK(answer["source"] == "recorded");
  CHECK(answer["gpu_memory_bytes"] ==
        (clams::scaled(6_GiB, 1.2) + clams::scaled(4_GiB, 1.2)).count());
  CHECK_THAT(resources(app, {"--beams", "1"}, folder).out, contains_text("needs no GPU"));
}

TEST_CASE("resources falls back on the metadata, and says when nothing needs a GPU", "[cli]") {
  SizedApp estimated{Says::nothing, 3_GiB};
  SizedApp silent{Says::nothing};

  CHECK_THAT(resources(estimated, {}).out, contains_text("3072 MiB on each GPU (metadata)"));
  CHECK(resources(silent, {}).out == "# needs no GPU, as far as the app and earlier runs say\n");
  CHECK_THAT(resources(silent, {"--format", "nextflow"}).out, contains_text("// needs no GPU"));
  CHECK(clams::parse_json(resources(silent, {"--format", "json"}).out)["gpus"] == 0);
}

TEST_CASE("a need that is a guess is said to be one", "[cli]") {
  SizedApp app{Says::name};

  const Ended share = resources(app, {});
  const Ended nowhere = resources(app, {}, {}, "-1");

  CHECK_THAT(share.out, contains_text("# a share of this machine's "));
  CHECK_THAT(share.out, contains_text("13108 MiB on each GPU (rule)"));
  CHECK(nowhere.out.rfind("# it is not known how much GPU memory this takes", 0) == 0);
  CHECK_THAT(nowhere.out, contains_text("\n#SBATCH --gres=gpu:1\n"));
  CHECK_THAT(nowhere.out, !contains_text("MiB"));
}

TEST_CASE("wrong usage of resources is refused with what would be right", "[cli]") {
  SizedApp app;
  const auto refusal = [&](const std::vector<std::string>& arguments, int exit_code) {
    const Ended ended = resources(app, arguments);
    CHECK(ended.exit_code == exit_code);
    CHECK(ended.out.empty());
    return ended.err;
  };

  CHECK_THAT(refusal({"--format", "pbs"}, 2), contains_text("choose one of slurm, k8s, nextflow"));
  CHECK_THAT(refusal({"--fromat", "k8s"}, 2), contains_text("--fromat; did you mean --format?"));
  CHECK_THAT(refusal({"--beams", "3"}, 2), contains_text("choose from 1, 5"));
  CHECK_THAT(refusal({"in.mmif"}, 2), contains_text("in.mmif; resources takes flags only"));
}

TEST_CASE("resources has a help text with the app's parameters", "[cli]") {
  SizedApp app;

  const Ended help = resources(app, {"--help"});

  CHECK(help.exit_code == 0);
  CHECK_THAT(help.out, contains_text("test-app resources --format k8s"));
  CHECK_THAT(help.out, contains_text("--beams 1|5"));
}
