// SPDX-License-Identifier: Apache-2.0
#pragma once

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
  if (has_begun_) throw Error{ErrorCode::internal, "an answer was begun twice"};
  has_begun_ = true;
  sink_.begin(std::move(head));
}

CLAMS_INLINE void RouteCall::send(std::string piece) {
  if (!has_begun_) throw Error{ErrorCode::internal, "a piece was sent before the answer began"};
  sink_.send_piece(std::move(piece));
}

}  // namespace clams::http
