// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/command_options.hpp>
#include <clams/cli/detail/ps_command.hpp>
#include <clams/cli/detail/text_table.hpp>
#include <clams/serve/memory_figures.hpp>
#include <clams/util/config.hpp>
#include <clams/util/counted.hpp>
#include <clams/util/error.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <iostream>
#include <utility>

namespace clams::detail {

CLAMS_INLINE CommandOptions ps_options() {
  return {"ps [--json]",
          "Shows the GPUs of this machine, who has been promised memory on them and who waits, of "
          "all CLAMS processes, and what is remembered of this app's requests. Models that stay "
          "loaded stand among the promises. What else a server does is at its /runtime.",
          {{"json", "", "as JSON"}}};
}

CLAMS_INLINE std::string promise_state_text(const PromiseHolder& holder) {
  switch (holder.state) {
    case PromiseHolder::State::promised: return "promised";
    case PromiseHolder::State::waiting: return "waits, #" + std::to_string(holder.position);
    case PromiseHolder::State::dead: return "died";
  }
  return "unknown";
}

CLAMS_INLINE std::string gpu_table(GpuMemory& memory) {
  std::vector<std::vector<std::string>> rows{
      {"GPU", "UUID", "NAME", "AVAILABLE", "FOREIGN", "PROMISED", "MARGIN", "TOTAL"}};
  for (const auto& account : memory.accounts()) {
    const Device& device = account->device();
    const RoomReport room = account->look();
    const auto figure = [&](Bytes amount) { return room.is_known() ? to_text(amount) : "?"; };
    rows.push_back({std::to_string(device.index), device.uuid, device.name,
                    figure(room.available()), figure(room.foreign), figure(room.promised),
                    to_text(account->margin()), to_text(device.total)});
  }
  return text_table(rows);
}

CLAMS_INLINE std::string holder_table(GpuMemory& memory) {
  std::vector<std::vector<std::string>> rows{
      {"GPU", "PID", "OWNER", "STATE", "PROMISED", "USED", "FOR"}};
  for (const auto& account : memory.accounts()) {
    for (const PromiseHolder& holder : account->ledger().holders()) {
      rows.push_back({std::to_string(account->device().index), std::to_string(holder.pid),
                      replace_invalid_utf8(holder.owner), promise_state_text(holder),
                      to_text(holder.promised), to_text(holder.used),
                      replace_invalid_utf8(holder.request)});
    }
  }
  return rows.size() == 1 ? "No memory is promised to anybody.\n" : text_table(rows);
}

CLAMS_INLINE std::string remembered_text(const std::vector<StoredPeak>& peaks) {
  if (peaks.empty()) return "No peaks of this app are remembered.\n";
  Bytes highest;
  for (const StoredPeak& peak : peaks) highest = std::max(highest, peak.record.peak);
  return counted(peaks.size(), "kind of request of this app is remembered",
                 "kinds of requests of this app are remembered") +
         "; the highest peak is " + to_text(highest) + ".\n";
}

CLAMS_INLINE Json ps_json(GpuMemory& memory, const std::string& app) {
  return {{"gpu", http::gpu_figures(memory)},
          {"profiles", http::profile_figures(memory.store(), app)}};
}

CLAMS_INLINE ExitCode ps_command(const GpuPlace& place, const std::vector<std::string>& arguments) {
  const CommandOptions options = ps_options();
  const GivenOptions given = options.parse(arguments);
  if (given.wants_help) {
    std::cout << options.help(place.program);
    return ExitCode::success;
  }
  if (!given.words.empty()) {
    throw Error{ErrorCode::usage, "ps takes no " + given.words.front()};
  }
  const auto memory = open_to_look(place, place.make_probe());
  if (given.has("json")) {
    std::cout << write_json(ps_json(*memory, place.metadata.identifier), JsonLayout::pretty)
              << '\n';
    return ExitCode::success;
  }
  if (memory->accounts().empty()) {
    std::cout << "This process sees no GPU; " << place.program << " doctor says why.\n";
    return ExitCode::success;
  }
  std::cout << gpu_table(*memory) << '\n' << holder_table(*memory) << '\n';
  if (memory->store() != nullptr) {
    std::cout << remembered_text(memory->store()->list(place.metadata.identifier));
  }
  return ExitCode::success;
}

}  // namespace clams::detail
