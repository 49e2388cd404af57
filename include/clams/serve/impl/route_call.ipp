// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/pending_answer.hpp>
#include <clams/serve/route_call.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <utility>

namespace clams::http {

CLAMS_INLINE void RouteCall::run(const RawParameters& parameters,
                                 const AppRunner::Work& work) const {
  runner_.run(parameters, options_, [&](const Parameters& refined, RequestContext& context) {
    if (has_begun()) {
      throw Error{ErrorCode::unavailable, "the answer had begun when GPU memory ran out"};
    }
    work(refined, context);
  });
}

CLAMS_INLINE void RouteCall::begin(Response head) {
  if (pending_ == nullptr) {
    throw Error{ErrorCode::internal, "a route that is answered at once has no answer in pieces"};
  }
  pending_->begin(std::move(head));
}

CLAMS_INLINE void RouteCall::send(std::string piece) {
  if (!has_begun()) throw Error{ErrorCode::internal, "a piece was sent before the answer began"};
  pending_->send(std::move(piece));
}

CLAMS_INLINE bool RouteCall::has_begun() const {
  return pending_ != nullptr && pending_->has_begun();
}

}  // namespace clams::http
