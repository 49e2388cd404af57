// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <string>
#include <string_view>

namespace clams {

/// What a scheduler should be asked for. Zero means: not said, so that the site's default counts.
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: none.
struct ResourceRequest {
  Bytes gpu_memory = {};    ///< on each GPU
  Bytes host_memory = {};   ///< in all
  int gpus = 1;             ///< zero: runs on the processor
  int cpus = 0;             ///< processor cores
  std::string source = {};  ///< where the figures come from, for people
};

/// The schedulers and workflow systems whose directives can be written.
enum class ResourceFormat { slurm, k8s, nextflow, ray, snakemake, json };

/// @throws Error usage, listing the names, for any other name.
[[nodiscard]] ResourceFormat parse_resource_format(std::string_view name);

/// The directives to paste, each line ended. Amounts are rounded up to whole megabytes. Most
/// schedulers hand out GPUs as a whole and know nothing of their memory: where that is so, the need
/// stands in a comment or an annotation.
[[nodiscard]] std::string format_resources(const ResourceRequest& request, ResourceFormat format);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/resource_request.ipp>
#endif
