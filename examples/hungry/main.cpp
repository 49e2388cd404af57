// SPDX-License-Identifier: Apache-2.0
#include "app/hungry.hpp"

int main(int argc, char** argv) { return clams::run<hungry::Hungry>(argc, argv); }
