// SPDX-License-Identifier: Apache-2.0
#include <clams/clams.hpp>

bool other_source_sees_the_same();

int main() { return other_source_sees_the_same() ? 0 : 1; }
