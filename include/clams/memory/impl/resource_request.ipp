// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/resource_request.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace clams {

namespace detail {

[[nodiscard]] CLAMS_INLINE std::string count_rounded_up(Bytes amount, std::int64_t unit) {
  return std::to_string(amount.count() / unit + (amount.count() % unit > 0 ? 1 : 0));
}

/// Units of 2^20 bytes, where the format is known to count so.
[[nodiscard]] CLAMS_INLINE std::string mebibytes(Bytes amount) {
  return count_rounded_up(amount, std::int64_t{1} << 20U);
}

/// Units of 10^6 bytes: enough whichever kind of megabyte the reader has in mind.
[[nodiscard]] CLAMS_INLINE std::string megabytes(Bytes amount) {
  return count_rounded_up(amount, 1'000'000);
}

[[nodiscard]] CLAMS_INLINE bool wants_gpu_memory(const ResourceRequest& request) {
  return request.gpus > 0 && request.gpu_memory > Bytes{0};
}

/// For a comment of one line: no text can end it.
[[nodiscard]] CLAMS_INLINE std::string gpu_memory_remark(const ResourceRequest& request) {
  std::string remark = "GPU memory: " + mebibytes(request.gpu_memory) + " MiB on each GPU";
  if (!request.source.empty()) remark += " (" + request.source + ")";
  for (char& c : remark) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return remark;
}

[[nodiscard]] CLAMS_INLINE std::string quoted_annotation(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

[[nodiscard]] CLAMS_INLINE std::string slurm_resources(const ResourceRequest& request) {
  std::string text;
  if (request.gpus > 0) text += "#SBATCH --gres=gpu:" + std::to_string(request.gpus) + "\n";
  if (request.cpus > 0) text += "#SBATCH --cpus-per-task=" + std::to_string(request.cpus) + "\n";
  if (request.host_memory > Bytes{0}) {
    text += "#SBATCH --mem=" + mebibytes(request.host_memory) + "M\n";
  }
  if (!wants_gpu_memory(request)) return text;
  // A job may not ask for both, so that this one is switched off by its second `#`.
  return text + "# " + gpu_memory_remark(request) +
         "\n# where GPUs are shared out in shards of 1 GiB, instead of --gres=gpu:\n" +
         "##SBATCH --gres=shard:" + count_rounded_up(request.gpu_memory, std::int64_t{1} << 30U) +
         "\n";
}

/// Annotations are text. GPUs may stand among the limits only; the host's memory is no limit,
/// because a pod above its limit is killed.
[[nodiscard]] CLAMS_INLINE std::string kubernetes_resources(const ResourceRequest& request) {
  std::string text;
  if (wants_gpu_memory(request)) {
    text += "metadata:\n  annotations:\n    clams.ai/gpu-memory-mib: \"" +
            mebibytes(request.gpu_memory) + "\"\n";
    if (!request.source.empty()) {
      text += "    clams.ai/gpu-memory-source: " + quoted_annotation(request.source) + "\n";
    }
  }
  std::string requests;
  if (request.cpus > 0) requests += "          cpu: \"" + std::to_string(request.cpus) + "\"\n";
  if (request.host_memory > Bytes{0}) {
    requests += "          memory: " + mebibytes(request.host_memory) + "Mi\n";
  }
  if (requests.empty() && request.gpus <= 0) return text;
  text += "spec:\n  containers:\n    - name: app\n      resources:\n";
  if (!requests.empty()) text += "        requests:\n" + requests;
  if (request.gpus <= 0) return text;
  return text + "        limits:\n          nvidia.com/gpu: " + std::to_string(request.gpus) + "\n";
}

/// Nextflow's MB is 2^20 bytes.
[[nodiscard]] CLAMS_INLINE std::string nextflow_resources(const ResourceRequest& request) {
  std::string text;
  if (request.gpus > 0) text += "accelerator " + std::to_string(request.gpus) + "\n";
  if (request.cpus > 0) text += "cpus " + std::to_string(request.cpus) + "\n";
  if (request.host_memory > Bytes{0}) {
    text += "memory '" + mebibytes(request.host_memory) + " MB'\n";
  }
  if (wants_gpu_memory(request)) text += "// " + gpu_memory_remark(request) + "\n";
  return text;
}

[[nodiscard]] CLAMS_INLINE std::string joined_directives(const std::vector<std::string>& parts,
                                                         std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

/// Ray counts memory in bytes; `vram_mb` is a resource of the site's own, which its nodes declare.
[[nodiscard]] CLAMS_INLINE std::string ray_resources(const ResourceRequest& request) {
  std::vector<std::string> options;
  if (request.gpus > 0) options.push_back("num_gpus=" + std::to_string(request.gpus));
  if (request.cpus > 0) options.push_back("num_cpus=" + std::to_string(request.cpus));
  if (request.host_memory > Bytes{0}) {
    options.push_back("memory=" + std::to_string(request.host_memory.count()));
  }
  if (!wants_gpu_memory(request)) return "@ray.remote(" + joined_directives(options, ", ") + ")\n";
  options.push_back(R"(resources={"vram_mb": )" + megabytes(request.gpu_memory) + "}");
  return "# " + gpu_memory_remark(request) + "\n@ray.remote(" + joined_directives(options, ", ") +
         ")\n";
}

/// `mem_mb` is known to Snakemake; `gpu` and `vram_mb` count against `--resources vram_mb=...`.
[[nodiscard]] CLAMS_INLINE std::string snakemake_resources(const ResourceRequest& request) {
  std::vector<std::string> resources;
  if (request.gpus > 0) resources.push_back("    gpu=" + std::to_string(request.gpus));
  if (wants_gpu_memory(request)) {
    resources.push_back("    vram_mb=" + megabytes(request.gpu_memory));
  }
  if (request.host_memory > Bytes{0}) {
    resources.push_back("    mem_mb=" + megabytes(request.host_memory));
  }
  std::string text;
  if (request.cpus > 0) text += "threads: " + std::to_string(request.cpus) + "\n";
  if (wants_gpu_memory(request)) text += "# " + gpu_memory_remark(request) + "\n";
  if (!resources.empty()) text += "resources:\n" + joined_directives(resources, ",\n") + "\n";
  return text;
}

[[nodiscard]] CLAMS_INLINE std::string json_resources(const ResourceRequest& request) {
  const Json fields{{"gpus", request.gpus},
                    {"gpu_memory_bytes", request.gpu_memory.count()},
                    {"host_memory_bytes", request.host_memory.count()},
                    {"cpus", request.cpus},
                    {"source", request.source}};
  return write_json(fields, JsonLayout::pretty) + "\n";
}

struct ResourceWriter {
  std::string_view name;
  ResourceFormat format;
  std::string (*write)(const ResourceRequest&);
};

inline constexpr std::array kResourceWriters{
    ResourceWriter{"slurm", ResourceFormat::slurm, slurm_resources},
    ResourceWriter{"k8s", ResourceFormat::k8s, kubernetes_resources},
    ResourceWriter{"nextflow", ResourceFormat::nextflow, nextflow_resources},
    ResourceWriter{"ray", ResourceFormat::ray, ray_resources},
    ResourceWriter{"snakemake", ResourceFormat::snakemake, snakemake_resources},
    ResourceWriter{"json", ResourceFormat::json, json_resources},
};

}  // namespace detail

CLAMS_INLINE ResourceFormat parse_resource_format(std::string_view name) {
  std::string names;
  for (const auto& writer : detail::kResourceWriters) {
    if (writer.name == name) return writer.format;
    names += (names.empty() ? "" : ", ") + std::string{writer.name};
  }
  throw Error{ErrorCode::usage, "\"" + std::string{name} +
                                    "\" is not a format for resources; choose one of " + names};
}

CLAMS_INLINE std::string format_resources(const ResourceRequest& request, ResourceFormat format) {
  for (const auto& writer : detail::kResourceWriters) {
    if (writer.format == format) return writer.write(request);
  }
  throw Error{ErrorCode::internal, "a format for resources has no writer"};
}

}  // namespace clams
