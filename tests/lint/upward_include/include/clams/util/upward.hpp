// SPDX-License-Identifier: Apache-2.0
// What the layer check must refuse: the lowest room includes one above it.
#include <clams/mmif/mmif.hpp>
