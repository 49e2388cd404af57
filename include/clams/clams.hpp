// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything that a CLAMS app is written with. Link `clams::clams` (or `clams::header_only`).
/// A program that only reads and writes MMIF includes `<clams/mmif/mmif.hpp>` and links
/// `clams::core`. Left out here, for those who need them: the parts that servers, command lines and
/// tests are made of; each has its own header.

#include <clams/app/app_metadata.hpp>
#include <clams/app/app_runner.hpp>
#include <clams/app/clams_app.hpp>
#include <clams/app/promptable_app.hpp>
#include <clams/app/request_context.hpp>
#include <clams/cli/command_options.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/cli/run.hpp>
#include <clams/fwd.hpp>
#include <clams/memory/model_pool.hpp>
#include <clams/memory/model_requirements.hpp>
#include <clams/mmif/annotation.hpp>
#include <clams/mmif/at_type.hpp>
#include <clams/mmif/document.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/sampling.hpp>
#include <clams/mmif/sequence.hpp>
#include <clams/mmif/slice_text.hpp>
#include <clams/mmif/time_units.hpp>
#include <clams/mmif/video_sampling.hpp>
#include <clams/mmif/view.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/params/parameter_spec.hpp>
#include <clams/params/parameters.hpp>
#include <clams/serve/form_data.hpp>
#include <clams/serve/mount.hpp>
#include <clams/serve/route_call.hpp>
#include <clams/serve/server.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>
#include <clams/util/log.hpp>
#include <clams/version.hpp>
