# SPDX-License-Identifier: Apache-2.0
# What the scripts share: options, messages, the build. Sourced, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)
build_dir=$root/build
with_torch=yes

# PCH and __TIME__ do not hinder ccache; its cache is where the user keeps it.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}

say() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf '    warning: %s\n' "$*" >&2; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

wrong_usage() {
  printf '%s: %s\nTry: %s --help\n' "$(basename "$0")" "$*" "$0" >&2
  exit 2
}

# Prints the comment at the top of the calling script, then the options that all share.
print_help() {
  sed -n '2,/^[^#]/{/^# SPDX/d; s/^# \{0,1\}//p}' "$0"
  cat <<'HELP'

Options:
  --jobs N         compile and test with N processes (default: one per core)
  --build-dir DIR  build in DIR (default: build/ in the checkout)
  --no-torch       do not install libtorch and Whisper models; nothing else needs them
  --help           print this and stop
HELP
}

# Takes "--name value" and "--name=value"; sets jobs, build_dir and with_torch.
parse_options() {
  while [ $# -gt 0 ]; do
    local name=${1%%=*} value
    case $name in
      --jobs | --build-dir)
        if [ "$name" != "$1" ]; then value=${1#*=}
        elif [ $# -gt 1 ]; then shift; value=$1
        else wrong_usage "$name needs a value"
        fi
        [ -n "$value" ] || wrong_usage "$name needs a value"
        set_option "$name" "$value"
        ;;
      --no-torch | --help)
        [ "$name" = "$1" ] || wrong_usage "$name takes no value"
        if [ "$name" = --help ]; then print_help; exit 0; fi
        with_torch=no
        ;;
      *) wrong_usage "unknown option '$1'" ;;
    esac
    shift
  done
}

set_option() {
  if [ "$1" = --build-dir ]; then
    build_dir=$(realpath -m -- "$2")
    [ ! -e "$build_dir" ] || [ -d "$build_dir" ] || wrong_usage "--build-dir: '$2' is not a folder"
    [ "$build_dir" != "$root" ] || wrong_usage "--build-dir: '$2' is the checkout itself"
    return
  fi
  [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || wrong_usage "--jobs: '$2' is not a number from 1 to 9999"
  jobs=$2
}

# The options as given, for a script that calls another.
shared_options() {
  printf '%s\n' --jobs "$jobs" --build-dir "$build_dir"
  if [ "$with_torch" = no ]; then echo --no-torch; fi
}

# Runs scripts/setup; what it could not bring is said there, and the build shows whether it matters.
run_setup() {
  local options
  mapfile -t options < <(shared_options)
  "$root/scripts/setup" "${options[@]}" || warn "the set-up is incomplete; going on with what is there"
}

# The first cmake that is new enough: an old one may stand before Debian's on the PATH.
find_cmake() {
  local candidate version
  for candidate in "$(command -v cmake || true)" /usr/bin/cmake; do
    [ -x "$candidate" ] || continue
    version=$("$candidate" --version 2>/dev/null | sed -n '1s/.* //p')
    if [ "$(printf '%s\n' 3.24 "$version" | sort -V | head -1)" = 3.24 ]; then
      echo "$candidate"
      return
    fi
  done
  die "no CMake 3.24 or newer; run scripts/setup as root, or install cmake"
}

# Prints the cmake options for clams::torch, if the libtorch that scripts/setup installs is there.
torch_options() {
  local config
  for config in "$root"/.venv/lib/python3*/site-packages/torch/share/cmake/Torch; do
    if [ "$with_torch" = no ] || [ ! -e "$config/TorchConfig.cmake" ]; then continue; fi
    printf '%s\n' -DCLAMS_BUILD_TORCH=ON -DTorch_DIR="$config"
  done
}

# configure DIR [cmake options...]: optimized, as users build it, with warnings as errors.
configure() {
  local dir=$1 options=(-DCMAKE_BUILD_TYPE=RelWithDebInfo -DCLAMS_WERROR=ON)
  shift
  if command -v ninja >/dev/null; then options+=(-G Ninja); fi
  if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  if [ -x "$root/.venv/bin/python" ]; then options+=(-DPython3_EXECUTABLE="$root/.venv/bin/python"); fi
  mkdir -p "$dir"
  "$cmake" -S "$root" -B "$dir" "${options[@]}" "$@" >"$dir/configure.log" 2>&1 || {
    cat "$dir/configure.log" >&2
    return 1
  }
}
