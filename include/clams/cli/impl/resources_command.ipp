// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/memory_request.hpp>
#include <clams/cli/detail/annotate_arguments.hpp>
#include <clams/cli/detail/annotate_command.hpp>
#include <clams/cli/detail/help_text.hpp>
#include <clams/cli/detail/resources_command.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/resource_request.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <iostream>
#include <string_view>
#include <utility>

namespace clams::detail {

inline constexpr std::string_view kFormatFlag = "format";

/// What `resources` is asked for.
struct ResourcesArguments {
  ResourceFormat format = ResourceFormat::slurm;
  RawParameters parameters = {};  ///< the app's
  bool wants_help = false;
};

/// `--format` and the app's parameters, read as those of `annotate` are. An app's own `format` is
/// hidden by ours.
CLAMS_INLINE ResourcesArguments parse_resources_arguments(const std::vector<std::string>& arguments,
                                                          std::vector<ParameterSpec> specs) {
  std::erase_if(specs, [](const ParameterSpec& spec) { return spec.name == kFormatFlag; });
  specs.push_back({.name = std::string{kFormatFlag}});
  const AnnotateArguments given = parse_annotate_arguments(arguments, specs);
  if (given.in) {
    throw Error{ErrorCode::usage,
                "unrecognized arguments: " + *given.in + "; resources takes flags only"};
  }
  ResourcesArguments asked{.wants_help = given.wants_help};
  for (const auto& [name, values] : given.parameters) {
    if (name == kFormatFlag) {
      asked.format = parse_resource_format(values.back());
    } else {
      asked.parameters.set(name, values);
    }
  }
  return asked;
}

/// What a scheduler is asked for, and what people should know about it.
struct ResourceAnswer {
  ResourceRequest request;
  std::string remark = {};  ///< empty: nothing
};

CLAMS_INLINE ResourceAnswer without_gpu() {
  return {.request = {.gpus = 0, .source = "runs on the processor"},
          .remark = "needs no GPU, as far as the app and earlier runs say"};
}

/// @param device of no size: this machine has none.
CLAMS_INLINE ResourceAnswer answer_of(const RequestNeed& need, const Device& device) {
  if (need.models.empty()) return without_gpu();
  ResourceAnswer answer{
      .request = {.gpu_memory = need.total(), .source = std::string{source_name(need.source)}}};
  if (need.is_guess && device.total == Bytes{0}) {
    answer.remark =
        "it is not known how much GPU memory this takes: run it once on a GPU, which is remembered";
  } else if (need.is_guess) {
    answer.remark = "a share of this machine's " + device.name +
                    ", because nothing is known: run it once, which is remembered";
  }
  return answer;
}

CLAMS_INLINE ResourceAnswer work_out_resources(const ResourcesPlace& place,
                                               const RawParameters& raw) {
  const Parameters parameters = refine_parameters(place.metadata.parameters, raw);
  PeakStore store{place.store};
  const EstimateInput input =
      estimate_input(memory_request(place.app, place.metadata, parameters), &store);
  // As at run time: who has no way to measure a GPU and says nothing of one does not use one.
  if (input.knows_nothing() && !place.app.make_peak_meter()) return without_gpu();
  const Device device = place.devices.empty() ? Device{} : place.devices.front();
  return answer_of(resolve_requirements(input, device, place.factors).front(), device);
}

/// The remark as a comment of the format; JSON has none.
CLAMS_INLINE std::string comment_line(const std::string& remark, ResourceFormat format) {
  if (remark.empty() || format == ResourceFormat::json) return {};
  return (format == ResourceFormat::nextflow ? "// " : "# ") + remark + '\n';
}

CLAMS_INLINE ExitCode resources_command(const ResourcesPlace& place,
                                        const std::vector<std::string>& arguments) {
  const ResourcesArguments asked = parse_resources_arguments(arguments, place.metadata.parameters);
  if (asked.wants_help) {
    std::cout << resources_help(place.metadata, place.program);
    return ExitCode::success;
  }
  const ResourceAnswer answer = work_out_resources(place, asked.parameters);
  std::cout << comment_line(answer.remark, asked.format)
            << format_resources(answer.request, asked.format);
  return ExitCode::success;
}

CLAMS_INLINE std::string resources_help(const AppMetadata& metadata, const std::string& program) {
  return "Usage: " + program + " resources [--format FORMAT] [--PARAM VALUE...]...\n\n" +
         wrap_text(
             "Prints what a scheduler should be asked for, for a request with these parameters: "
             "what the app declares, else what such requests took, else the size of the model's "
             "files, else the app's estimate.",
             0) +
         "\nOptions:\n" +
         help_entry("--format FORMAT",
                    "slurm (the default), k8s, nextflow, ray, snakemake or json") +
         "\nParameters:\n" + parameters_help(metadata.parameters) + "\nExamples:\n  " + program +
         " resources\n  " + program + " resources --format k8s\n" +
         "\nExit codes: 0 done; 1 a parameter is wrong or missing; 2 wrong usage.\n";
}

}  // namespace clams::detail
