// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/whisper_app.hpp"
#include <clams/serve/route_table.hpp>

namespace whisper {

/// Routes in the form of OpenAI's HTTP interface, so that its clients work with this server:
/// `POST /v1/audio/transcriptions`, `POST /v1/audio/translations`, `GET /v1/models` and
/// `GET /v1/models/NAME`. The model `whisper-1` is the one that is set for the process.
/// @param app must outlive the routes.
[[nodiscard]] clams::http::RouteTable openai_routes(WhisperApp& app);

}  // namespace whisper
