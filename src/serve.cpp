// SPDX-License-Identifier: Apache-2.0
#include <clams/serve/impl/annotate_endpoint.ipp>
#include <clams/serve/impl/bearer_token.ipp>
#include <clams/serve/impl/connections.ipp>
#include <clams/serve/impl/error_response.ipp>
#include <clams/serve/impl/memory_figures.ipp>
#include <clams/serve/impl/memory_metrics.ipp>
#include <clams/serve/impl/memory_refusal.ipp>
#include <clams/serve/impl/message.ipp>
#include <clams/serve/impl/metrics.ipp>
#include <clams/serve/impl/mount.ipp>
#include <clams/serve/impl/process_usage.ipp>
#include <clams/serve/impl/request_head.ipp>
#include <clams/serve/impl/request_id.ipp>
#include <clams/serve/impl/runtime_report.ipp>
#include <clams/serve/impl/server.ipp>
#include <clams/serve/impl/service.ipp>
#include <clams/serve/impl/work_queue.ipp>
