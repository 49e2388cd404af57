// SPDX-License-Identifier: Apache-2.0
// The owner of the precompiled header that all test programs share; main.cpp cannot use it.
#include "support/catch.hpp"
