// SPDX-License-Identifier: Apache-2.0
#include <clams/clams.hpp>

bool other_source_sees_the_same() { return clams::parse_json("[1]").size() == 1; }
