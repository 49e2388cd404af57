// SPDX-License-Identifier: Apache-2.0
#include <clams/params/impl/casting.ipp>
#include <clams/params/impl/envelope_parameters.ipp>
#include <clams/params/impl/parameter_reader.ipp>
#include <clams/params/impl/parameter_spec.ipp>
#include <clams/params/impl/parameters.ipp>
#include <clams/params/impl/profile_hash.ipp>
#include <clams/params/impl/raw_parameters.ipp>
#include <clams/params/impl/refine.ipp>
#include <clams/params/impl/universal_parameters.ipp>
