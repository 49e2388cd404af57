// SPDX-License-Identifier: Apache-2.0
#include <clams/util/impl/bytes.ipp>
#include <clams/util/impl/clock.ipp>
#include <clams/util/impl/document_location.ipp>
#include <clams/util/impl/duration.ipp>
#include <clams/util/impl/environment.ipp>
#include <clams/util/impl/files.ipp>
#include <clams/util/impl/hash.ipp>
#include <clams/util/impl/json.ipp>
#include <clams/util/impl/json_reader.ipp>
#include <clams/util/impl/json_writer.ipp>
#include <clams/util/impl/log.ipp>
#include <clams/util/impl/log_sink.ipp>
#include <clams/util/impl/parameter_hash.ipp>
#include <clams/util/impl/python_text.ipp>
#include <clams/util/impl/query_string.ipp>
#include <clams/util/impl/uri.ipp>
#include <clams/util/impl/utf8.ipp>
