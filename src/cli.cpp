// SPDX-License-Identifier: Apache-2.0
#include <clams/cli/impl/annotate_arguments.ipp>
#include <clams/cli/impl/annotate_command.ipp>
#include <clams/cli/impl/annotate_help.ipp>
#include <clams/cli/impl/command_line.ipp>
#include <clams/cli/impl/help_text.ipp>
#include <clams/cli/impl/memory_settings.ipp>
#include <clams/cli/impl/nearest_name.ipp>
#include <clams/cli/impl/profile_arguments.ipp>
#include <clams/cli/impl/profile_command.ipp>
#include <clams/cli/impl/profile_help.ipp>
#include <clams/cli/impl/program_help.ipp>
#include <clams/cli/impl/run.ipp>
#include <clams/cli/impl/serve_command.ipp>
#include <clams/cli/impl/server_settings.ipp>
#include <clams/cli/impl/settings.ipp>
#include <clams/cli/impl/standard_streams.ipp>
#include <clams/cli/impl/text_table.ipp>
