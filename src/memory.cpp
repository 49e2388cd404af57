// SPDX-License-Identifier: Apache-2.0
#include <clams/memory/impl/allocation_tracker.ipp>
#include <clams/memory/impl/booking_table.ipp>
#include <clams/memory/impl/checkpoint_formats.ipp>
#include <clams/memory/impl/checkpoint_size.ipp>
#include <clams/memory/impl/device_delta.ipp>
#include <clams/memory/impl/device_limits.ipp>
#include <clams/memory/impl/host_meter.ipp>
#include <clams/memory/impl/model_requirements.ipp>
#include <clams/memory/impl/peak_fit.ipp>
#include <clams/memory/impl/resource_request.ipp>
#include <clams/memory/impl/safetensors_size.ipp>
#include <clams/memory/impl/scope_account.ipp>
#include <clams/memory/impl/scope_binding.ipp>
#include <clams/memory/impl/torch_archive_size.ipp>
#include <clams/memory/impl/tracking_meter.ipp>
#include <clams/memory/impl/visible_devices.ipp>
