// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/command_options.hpp>
#include <clams/cli/detail/doctor_command.hpp>
#include <clams/cli/detail/doctor_findings.hpp>
#include <clams/cli/detail/text_table.hpp>
#include <clams/memory/gpu_memory_setup.hpp>
#include <clams/memory/ledger_folder.hpp>
#include <clams/serve/memory_figures.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <utility>

namespace clams::detail {

CLAMS_INLINE CommandOptions doctor_options() {
  return {"doctor [--json]",
          "Looks at what this app needs of the machine: driver, GPUs, MIG, MPS, PID namespace, "
          "limits of the control group, ledgers, remembered peaks, and what would be admitted now. "
          "Exit codes: 0 nothing is broken; 1 something is; 2 wrong usage.",
          {{"json", "", "as JSON"}}};
}

/// All that was found, in order.
struct Diagnosis {
  HostFacts facts;
  std::vector<Finding> findings = {};
  std::unique_ptr<GpuMemory> memory = {};  // none: it could not be opened

  void add(std::vector<Finding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  }
  [[nodiscard]] std::size_t count(Severity severity) const {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& one) { return one.severity == severity; }));
  }
};

CLAMS_INLINE Diagnosis diagnose(const GpuPlace& place) {
  Diagnosis diagnosis{.facts = read_host_facts(place.environment, place.root)};
  auto probe = place.make_probe();
  diagnosis.add(driver_findings(*probe, place, diagnosis.facts));
  diagnosis.add(sharing_findings(*probe, place, diagnosis.facts));
  diagnosis.add(host_findings(diagnosis.facts));
  try {
    diagnosis.memory = open_to_look(place, std::move(probe));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::usage) throw;
    diagnosis.add({{Severity::problem, "ledger", error.what(),
                    "no request is admitted to a GPU until the ledger can be used"}});
  }
  if (diagnosis.memory) {
    GpuMemory& memory = *diagnosis.memory;
    const auto folder = place.options.ledger_dir.empty() ? ledger_folder(place.environment)
                                                         : place.options.ledger_dir;
    diagnosis.add(gpu_findings(memory));
    diagnosis.add(ledger_findings(memory, folder, diagnosis.facts));
    diagnosis.add(admission_findings(memory, place, diagnosis.facts));
  }
  diagnosis.add(
      profile_findings(peak_store_options(place.environment, place.options, place.log).folder));
  return diagnosis;
}

CLAMS_INLINE std::string diagnosis_text(const Diagnosis& diagnosis) {
  std::vector<std::vector<std::string>> rows;
  for (const Finding& one : diagnosis.findings) {
    rows.push_back({std::string{severity_name(one.severity)}, one.topic, one.what});
    if (!one.advice.empty()) rows.push_back({"", "", "-> " + one.advice});
  }
  return text_table(rows) + '\n' +
         "problems: " + std::to_string(diagnosis.count(Severity::problem)) +
         ", notes: " + std::to_string(diagnosis.count(Severity::note)) + '\n';
}

CLAMS_INLINE Json diagnosis_json(const Diagnosis& diagnosis) {
  Json findings = Json::array();
  for (const Finding& one : diagnosis.findings) {
    findings.push_back({{"severity", severity_name(one.severity)},
                        {"topic", one.topic},
                        {"finding", one.what},
                        {"advice", one.advice}});
  }
  return {{"ok", diagnosis.count(Severity::problem) == 0},
          {"findings", std::move(findings)},
          {"host", host_facts_json(diagnosis.facts)},
          {"gpu", diagnosis.memory ? http::gpu_figures(*diagnosis.memory) : Json{}}};
}

CLAMS_INLINE ExitCode doctor_command(const GpuPlace& place,
                                     const std::vector<std::string>& arguments) {
  const CommandOptions options = doctor_options();
  const GivenOptions given = options.parse(arguments);
  if (given.wants_help) {
    std::cout << options.help(place.program);
    return ExitCode::success;
  }
  if (!given.words.empty()) {
    throw Error{ErrorCode::usage, "doctor takes no " + given.words.front()};
  }
  const Diagnosis diagnosis = diagnose(place);
  if (given.has("json")) {
    std::cout << write_json(diagnosis_json(diagnosis), JsonLayout::pretty) << '\n';
  } else {
    std::cout << diagnosis_text(diagnosis);
  }
  return diagnosis.count(Severity::problem) == 0 ? ExitCode::success : ExitCode::failure;
}

}  // namespace clams::detail
