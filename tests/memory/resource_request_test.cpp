// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/resource_request.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <string>

using clams::format_resources;
using clams::ResourceFormat;
using clams::ResourceRequest;
using clams::testing::contains_text;
using namespace clams::literals;

namespace {

ResourceRequest large_model() {
  return {
      .gpu_memory = 7_GiB + 1_B, .host_memory = 16_GiB, .gpus = 1, .cpus = 4, .source = "recorded"};
}

}  // namespace

TEST_CASE("Slurm is asked for a GPU, cores and memory", "[memory]") {
  CHECK(format_resources(large_model(), ResourceFormat::slurm) ==
        "#SBATCH --gres=gpu:1\n"
        "#SBATCH --cpus-per-task=4\n"
        "#SBATCH --mem=16384M\n"
        "# GPU memory: 7169 MiB on each GPU (recorded)\n"
        "# where GPUs are shared out in shards of 1 GiB, instead of --gres=gpu:\n"
        "##SBATCH --gres=shard:8\n");
}

TEST_CASE("Kubernetes gets GPUs as a limit and their memory as an annotation", "[memory]") {
  CHECK(format_resources(large_model(), ResourceFormat::k8s) ==
        "metadata:\n"
        "  annotations:\n"
        "    clams.ai/gpu-memory-mib: \"7169\"\n"
        "    clams.ai/gpu-memory-source: \"recorded\"\n"
        "spec:\n"
        "  containers:\n"
        "    - name: app\n"
        "      resources:\n"
        "        requests:\n"
        "          cpu: \"4\"\n"
        "          memory: 16384Mi\n"
        "        limits:\n"
        "          nvidia.com/gpu: 1\n");
}

TEST_CASE("Nextflow gets process directives", "[memory]") {
  CHECK(format_resources(large_model(), ResourceFormat::nextflow) ==
        "accelerator 1\n"
        "cpus 4\n"
        "memory '16384 MB'\n"
        "// GPU memory: 7169 MiB on each GPU (recorded)\n");
}

TEST_CASE("Ray gets options of a task, with a resource for the GPU's memory", "[memory]") {
  CHECK(format_resources(large_model(), ResourceFormat::ray) ==
        "# GPU memory: 7169 MiB on each GPU (recorded)\n"
        "@ray.remote(num_gpus=1, num_cpus=4, memory=17179869184, resources={\"vram_mb\": 7517})\n");
}

TEST_CASE("Snakemake gets threads and resources of a rule", "[memory]") {
  CHECK(format_resources(large_model(), ResourceFormat::snakemake) ==
        "threads: 4\n"
        "# GPU memory: 7169 MiB on each GPU (recorded)\n"
        "resources:\n"
        "    gpu=1,\n"
        "    vram_mb=7517,\n"
        "    mem_mb=17180\n");
}

TEST_CASE("JSON has the figures in bytes", "[memory]") {
  const auto json = clams::parse_json(format_resources(large_model(), ResourceFormat::json));

  CHECK(json.at("gpus") == 1);
  CHECK(json.at("gpu_memory_bytes") == (7_GiB + 1_B).count());
  CHECK(json.at("host_memory_bytes") == (16_GiB).count());
  CHECK(json.at("cpus") == 4);
  CHECK(json.at("source") == "recorded");
}

TEST_CASE("what is not said is not asked for", "[memory]") {
  const ResourceRequest nothing{.gpus = 0};

  CHECK(format_resources(nothing, ResourceFormat::slurm).empty());
  CHECK(format_resources(nothing, ResourceFormat::k8s).empty());
  CHECK(format_resources(nothing, ResourceFormat::nextflow).empty());
  CHECK(format_resources(nothing, ResourceFormat::snakemake).empty());
  CHECK(format_resources({.gpus = 2}, ResourceFormat::slurm) == "#SBATCH --gres=gpu:2\n");
}

TEST_CASE("a source cannot smuggle a directive into a script", "[memory]") {
  ResourceRequest request = large_model();
  request.source = "x\n#SBATCH --account=other";
  const std::string script = format_resources(request, ResourceFormat::slurm);

  CHECK(script.find("\n#SBATCH --account") == std::string::npos);
  CHECK_THAT(format_resources(request, ResourceFormat::k8s), contains_text("\"x\\n#SBATCH"));
}

TEST_CASE("formats are known by their names, others are refused with a list", "[memory]") {
  CHECK(clams::parse_resource_format("k8s") == ResourceFormat::k8s);
  CHECK(clams::parse_resource_format("json") == ResourceFormat::json);
  CHECK_THROWS_WITH(clams::parse_resource_format("pbs"),
                    contains_text("slurm, k8s, nextflow, ray, snakemake, json"));
}
