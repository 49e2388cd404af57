// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks every definition in an `impl/*.ipp` file. The same body is compiled once into the library,
/// or included by its header when the user defines `CLAMS_HEADER_ONLY`; only then must it be
/// `inline`.
#ifdef CLAMS_HEADER_ONLY
#define CLAMS_INLINE inline
#else
#define CLAMS_INLINE
#endif
