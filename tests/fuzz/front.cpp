// SPDX-License-Identifier: Apache-2.0
// What the fuzzers need of the larger rooms.
#include <clams/app/impl/envelope.ipp>
#include <clams/serve/impl/body_decoder.ipp>
#include <clams/serve/impl/request_head.ipp>
#include <clams/serve/impl/request_reader.ipp>
