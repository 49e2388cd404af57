# SPDX-License-Identifier: Apache-2.0
# CLAMS_FETCH_DEPENDENCIES=ON: pinned releases instead of what is installed. Each is named by the full
# hash of its release's commit, which git verifies; the find_package() calls then find these.
include(FetchContent)

# clams_fetch(<package> <owner/name> <release, for the reader> <commit>)
macro(clams_fetch package repository release commit)
  FetchContent_Declare(${package}
    GIT_REPOSITORY https://github.com/${repository}.git
    GIT_TAG ${commit}
    GIT_SUBMODULES ""
    OVERRIDE_FIND_PACKAGE)
endmacro()

clams_fetch(fmt fmtlib/fmt 12.2.0 1be298e1bd68957e4cd352e1f676f00e07dcfb57)
clams_fetch(nlohmann_json nlohmann/json 3.11.3 9cca280a4d0ccf0c08f47a99aa71d1b0e52f8d03)
clams_fetch(httplib yhirose/cpp-httplib 0.53.1 b8fe69e4e892ec394ca8de27ab2fe219008690b6)
clams_fetch(CLI11 CLIUtils/CLI11 2.7.2 cbd58a3696887b34c70949aef21a71735a0c2ad5)
clams_fetch(prometheus-cpp jupp0r/prometheus-cpp 1.3.0 e5fada43131d251e9c4786b04263ce98b6767ba5)
clams_fetch(Catch2 catchorg/Catch2 3.7.1 fa43b77429ba76c462b1898d6cd2f2d7a9416b14)

# Only what we use of them; nothing of theirs is installed with us.
set(JSON_BuildTests OFF CACHE INTERNAL "")
set(FMT_INSTALL OFF CACHE INTERNAL "")
set(HTTPLIB_INSTALL OFF CACHE INTERNAL "")
set(HTTPLIB_COMPILE OFF CACHE INTERNAL "")
foreach(extra OPENSSL ZLIB BROTLI ZSTD)
  set(HTTPLIB_USE_${extra}_IF_AVAILABLE OFF CACHE INTERNAL "")
endforeach()
set(CLI11_BUILD_TESTS OFF CACHE INTERNAL "")
set(CLI11_BUILD_EXAMPLES OFF CACHE INTERNAL "")
set(CLI11_INSTALL OFF CACHE INTERNAL "")
foreach(part PULL PUSH COMPRESSION TESTING)
  set(ENABLE_${part} OFF CACHE INTERNAL "")
endforeach()
