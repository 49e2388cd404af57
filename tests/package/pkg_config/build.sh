#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh COMPILER PKG_CONFIG MAIN.cpp FOLDER INPUT.mmif: compiles with what pkg-config says, and runs.
set -eu
mkdir -p "$4"
# shellcheck disable=SC2046  # the flags are words
"$1" "$3" $("$2" --cflags clams) -o "$4/hello" $("$2" --libs clams)
"$4/hello" annotate "$5"
