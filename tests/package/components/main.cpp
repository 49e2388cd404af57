// SPDX-License-Identifier: Apache-2.0
#include <clams/mmif/mmif.hpp>
#include <clams/version.hpp>

int main() { return clams::kVersion[0] == '0' ? 0 : 1; }
