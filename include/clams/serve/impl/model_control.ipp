// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/answers.hpp>
#include <clams/serve/detail/known_paths.hpp>
#include <clams/serve/memory_figures.hpp>
#include <clams/serve/model_control.hpp>
#include <clams/util/config.hpp>
#include <clams/util/query_string.hpp>

#include <algorithm>

namespace clams {

namespace detail {

inline constexpr const char* kModelMethods = "OPTIONS, POST";

CLAMS_INLINE std::string_view warm_up_name(WarmUp done) noexcept {
  return done == WarmUp::ran ? "ran" : "loaded";
}

}  // namespace detail

namespace http {

/// A query, taken apart: all but `key` and `pin` is for the app.
struct ModelControl::Wish {
  explicit Wish(std::string_view query) {
    for (QueryItem& item : parse_query(query)) {
      if (item.name == "key") {
        key = std::move(item.value);
      } else if (item.name == "pin") {
        pin = detail::is_true(item.value) ? Pin::keep : Pin::release;
      } else {
        parameters.add(item.name, std::move(item.value));
      }
    }
  }

  std::string key;
  std::optional<Pin> pin;
  RawParameters parameters;
};

CLAMS_INLINE bool ModelControl::takes(std::string_view path) noexcept {
  return path == detail::kLoadPath || path == detail::kUnloadPath;
}

CLAMS_INLINE void ModelControl::answer(const Request& request, const std::string& request_id,
                                       const std::shared_ptr<AnswerSink>& sink) {
  if (request.method == "OPTIONS") {
    return sink->send(detail::allow_response(detail::kModelMethods));
  }
  if (request.method != "POST") {
    return sink->send(detail::method_not_allowed(detail::kModelMethods));
  }
  if (!request.is_local) {
    return sink->send(
        message_response(403, "Models are loaded and unloaded from this machine only."));
  }
  const Wish wish{request.query};
  if (request.path == detail::kUnloadPath) return sink->send(unload(wish));
  load(wish, request_id, sink);
}

CLAMS_INLINE void ModelControl::load(const Wish& wish, const std::string& request_id,
                                     const std::shared_ptr<AnswerSink>& sink) {
  if (wish.pin && wish.key.empty()) {
    return sink->send(
        message_response(400, "Name the model to pin: /models/load?key=NAME&pin=true"));
  }
  if (!wish.key.empty() && is_loaded(wish.key)) return sink->send(loaded(wish, "not needed"));
  endpoint_.answer_with(
      request_id,
      [this, wish, request_id](const std::stop_token& stop) {
        return warm_up(wish, {.id = request_id, .stop = stop});
      },
      sink);
}

CLAMS_INLINE Response ModelControl::warm_up(const Wish& wish, const RequestOptions& options) const {
  try {
    const WarmUp done = runner_.load(wish.parameters, options);
    if (done == WarmUp::nothing) {
      return message_response(501, "This app has no warm-up: it loads models on request only.");
    }
    return loaded(wish, detail::warm_up_name(done));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_parameter) throw;
    return message_response(400, error.what());
  }
}

CLAMS_INLINE Response ModelControl::loaded(const Wish& wish, std::string_view warm_up) const {
  if (!wish.key.empty() && !is_loaded(wish.key)) {
    return message_response(
        404, "The app's warm-up with these parameters loads no model '" + wish.key + "'.");
  }
  if (wish.pin) runner_.memory().shelf().pin(wish.key, *wish.pin);
  return detail::json_response({{"warm_up", warm_up}, {"models", model_figures(runner_.memory())}});
}

CLAMS_INLINE Response ModelControl::unload(const Wish& wish) const {
  const std::string& key = wish.key;
  if (key.empty()) return message_response(400, "Name the model: /models/unload?key=NAME");
  const bool is_known = !copies(key).empty();
  if (runner_.memory().unload(key)) return detail::json_response({{"unloaded", key}});
  return is_known ? message_response(409, "Requests are using '" + key + "'. Try again later.")
                  : message_response(404, "No model '" + key + "' is loaded.");
}

CLAMS_INLINE std::vector<ModelStatus> ModelControl::copies(const std::string& key) const {
  std::vector<ModelStatus> models = runner_.memory().shelf().list();
  std::erase_if(models, [&](const ModelStatus& model) { return model.key != key; });
  return models;
}

CLAMS_INLINE bool ModelControl::is_loaded(const std::string& key) const {
  const auto found = copies(key);
  return std::any_of(found.begin(), found.end(), [](const auto& model) { return model.is_loaded; });
}

}  // namespace http
}  // namespace clams
