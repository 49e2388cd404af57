// SPDX-License-Identifier: Apache-2.0
#include <clams/mmif/impl/at_type.ipp>
#include <clams/mmif/impl/core_bodies.ipp>
#include <clams/mmif/impl/description_schema.ipp>
#include <clams/mmif/impl/sampling.ipp>
#include <clams/mmif/impl/sequence.ipp>
#include <clams/mmif/impl/time_units.ipp>
