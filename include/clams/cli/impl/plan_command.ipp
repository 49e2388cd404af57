// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/annotate_arguments.hpp>
#include <clams/cli/detail/annotate_command.hpp>
#include <clams/cli/detail/help_text.hpp>
#include <clams/cli/detail/host_facts.hpp>
#include <clams/cli/detail/plan_command.hpp>
#include <clams/cli/detail/text_table.hpp>
#include <clams/memory/worker_plan.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <optional>
#include <string_view>
#include <utility>

namespace clams::detail {

// What CUDA and the libraries beside it usually take, where nobody has measured it yet.
inline constexpr Bytes kAssumedContext = Bytes{std::int64_t{500} << 20U};
inline constexpr std::array<std::string_view, 2> kPlanFlags{"context", "reserve"};

/// What `plan` is asked.
struct PlanArguments {
  std::optional<Bytes> context = {};
  std::optional<Bytes> reserve = {};
  RawParameters parameters = {};  ///< the app's
  bool as_json = false;
  bool wants_help = false;
};

/// The app's own parameters of our flags' names are hidden by ours.
CLAMS_INLINE PlanArguments parse_plan_arguments(std::vector<std::string> arguments,
                                                std::vector<ParameterSpec> specs) {
  PlanArguments asked{.as_json = std::erase(arguments, "--json") > 0};
  for (const std::string_view flag : kPlanFlags) {
    std::erase_if(specs, [&](const ParameterSpec& spec) { return spec.name == flag; });
    specs.push_back({.name = std::string{flag}});
  }
  const AnnotateArguments given = parse_annotate_arguments(arguments, specs);
  if (given.in) {
    throw Error{ErrorCode::usage,
                "unrecognized arguments: " + *given.in + "; plan takes flags only"};
  }
  asked.wants_help = given.wants_help;
  for (const auto& [name, values] : given.parameters) {
    if (name == "context") {
      asked.context = parse_bytes(values.back());
    } else if (name == "reserve") {
      asked.reserve = parse_bytes(values.back());
    } else {
      asked.parameters.set(name, values);
    }
  }
  return asked;
}

/// The plan and what it is made from.
struct PlanAnswer {
  WorkerFootprint footprint = {};
  std::string source = {};          ///< of the models' figures; empty: no GPU is used
  std::string context_source = {};  ///< given, measured or assumed
  std::vector<Device> devices = {};
  std::vector<WorkerRoom> rooms = {};
  unsigned processors = 1;
  WorkerPlan plan = {};
};

CLAMS_INLINE void set_footprint(PlanAnswer& answer, const RequestNeed& need,
                                const DeviceAccount& account, std::optional<Bytes> context) {
  for (const ModelNeed& model : need.models) {
    answer.footprint.resident += model.resident;
    answer.footprint.working += model.working;
  }
  answer.source = source_name(need.source);
  const auto measured = account.overhead();
  answer.footprint.context = context.value_or(measured ? measured->context : kAssumedContext);
  answer.context_source = context ? "given" : measured ? "measured" : "assumed";
}

CLAMS_INLINE PlanAnswer work_out_plan(const GpuPlace& place, const PlanArguments& asked) {
  PlanAnswer answer;
  answer.processors = read_host_facts(place.environment, place.root).usable_processors();
  const auto memory = open_to_look(place, place.make_probe());
  const MemoryRequest request = request_to_plan(place, asked.parameters);
  if (!memory->accounts().empty() && uses_gpus(place, request, *memory)) {
    const DeviceAccount& first = *memory->accounts().front();
    set_footprint(answer, memory->estimate(request, first.device()), first, asked.context);
    for (const auto& account : memory->accounts()) {
      answer.devices.push_back(account->device());
      answer.rooms.push_back({.available = account->look().available(),
                              .reserve = asked.reserve.value_or(account->margin())});
    }
  }
  answer.plan = plan_workers(answer.footprint, answer.rooms, answer.processors);
  return answer;
}

CLAMS_INLINE std::string plan_gpu_table(const PlanAnswer& answer) {
  std::vector<std::vector<std::string>> rows{
      {"GPU", "NAME", "AVAILABLE", "RESERVE", "ONE PROCESS", "FIT"}};
  for (std::size_t i = 0; i < answer.devices.size(); ++i) {
    const Device& device = answer.devices[i];
    rows.push_back({std::to_string(device.index), device.name, to_text(answer.rooms[i].available),
                    to_text(answer.rooms[i].reserve), to_text(answer.footprint.total()),
                    std::to_string(answer.plan.on_gpu[i])});
  }
  return text_table(rows);
}

CLAMS_INLINE std::string plan_text(const PlanAnswer& answer) {
  const WorkerPlan& plan = answer.plan;
  const std::string processors =
      fmt::format("{} by processors: min(4, {})", plan.by_processors, answer.processors);
  const std::string workers = counted(plan.workers, "worker process", "worker processes");
  if (answer.devices.empty()) {
    return fmt::format("{}: no GPU is used; {}\n", workers, processors);
  }
  const WorkerFootprint& one = answer.footprint;
  return fmt::format(
      "One process takes {}: models {} and a request {} ({}), context {} ({})\n{}\n"
      "{}: {} by memory, {}\n"
      "One process that shares its models runs {} in the same room.\n",
      to_text(one.total()), to_text(one.resident), to_text(one.working), answer.source,
      to_text(one.context), answer.context_source, plan_gpu_table(answer), workers, plan.by_memory,
      processors, counted(plan.requests_of_one_process, "request", "requests side by side"));
}

CLAMS_INLINE Json plan_json(const PlanAnswer& answer) {
  Json gpus = Json::array();
  for (std::size_t i = 0; i < answer.devices.size(); ++i) {
    gpus.push_back({{"gpu_id", answer.devices[i].index},
                    {"uuid", answer.devices[i].uuid},
                    {"available_bytes", answer.rooms[i].available.count()},
                    {"reserve_bytes", answer.rooms[i].reserve.count()},
                    {"processes", answer.plan.on_gpu[i]}});
  }
  return {{"workers", answer.plan.workers},
          {"by_memory", answer.devices.empty() ? Json{} : Json(answer.plan.by_memory)},
          {"by_processors", answer.plan.by_processors},
          {"processors", answer.processors},
          {"requests_of_one_process", answer.plan.requests_of_one_process},
          {"model_bytes", answer.footprint.resident.count()},
          {"request_bytes", answer.footprint.working.count()},
          {"context_bytes", answer.footprint.context.count()},
          {"estimate_source", answer.source},
          {"context_source", answer.context_source},
          {"gpus", std::move(gpus)}};
}

CLAMS_INLINE std::string plan_help(const AppMetadata& metadata, const std::string& program) {
  return "Usage: " + program + " plan [OPTIONS] [--PARAM VALUE...]...\n\n" +
         wrap_text(
             "Prints how many worker processes of this app fit on this machine for requests with "
             "these parameters, and why: what the GPUs have now, less a reserve, divided by what "
             "one process takes; and never more than min(4, processors).",
             0) +
         "\nOptions:\n" +
         help_entry("--context SIZE",
                    "what a process takes of a GPU beside its models (default: "
                    "as measured here, else 500MiB)") +
         help_entry("--reserve SIZE", "left free on each GPU (default: the margin)") +
         help_entry("--json", "as JSON") + "\nParameters:\n" +
         parameters_help(metadata.parameters) +
         "\nExit codes: 0 some fit; 1 a parameter is wrong or missing; 2 wrong usage; 75 none fits "
         "now.\n";
}

CLAMS_INLINE ExitCode plan_command(const GpuPlace& place,
                                   const std::vector<std::string>& arguments) {
  const PlanArguments asked = parse_plan_arguments(arguments, place.metadata.parameters);
  if (asked.wants_help) {
    std::cout << plan_help(place.metadata, place.program);
    return ExitCode::success;
  }
  const PlanAnswer answer = work_out_plan(place, asked);
  if (asked.as_json) {
    std::cout << write_json(plan_json(answer), JsonLayout::pretty) << '\n';
  } else {
    std::cout << plan_text(answer);
  }
  return answer.plan.workers > 0 ? ExitCode::success : ExitCode::unavailable;
}

}  // namespace clams::detail
