// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clams/tool.hpp"

// Never included by library code: CLI11 stays in this folder.
#include <CLI/CLI.hpp>

namespace clams::tool {

// Each adds one command, with a callback that carries it out. `streams` must outlive the parsing.
void add_describe(CLI::App& app, const Streams& streams);
void add_envelop(CLI::App& app, const Streams& streams);
void add_gpu_sim(CLI::App& app, const Streams& streams);
void add_rewind(CLI::App& app, const Streams& streams);
void add_source(CLI::App& app, const Streams& streams);
void add_summarize(CLI::App& app, const Streams& streams);

}  // namespace clams::tool
