# SPDX-License-Identifier: Apache-2.0
# Finds what the components asked for need. CLAMS_HTTPLIB and CLAMS_CLI11 are what to link for them.
if(CLAMS_FETCH_DEPENDENCIES)
  include(ClamsFetch)
endif()

find_package(Threads REQUIRED)
find_package(fmt 9 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
if(CLAMS_BUILD_HTTP)
  find_package(CLI11 2.1 CONFIG REQUIRED)
  find_package(prometheus-cpp CONFIG REQUIRED)
  find_package(ClamsHttplib REQUIRED)
endif()
if(CLAMS_BUILD_BENCH)
  find_package(benchmark CONFIG REQUIRED)
endif()
if(CLAMS_BUILD_TESTS)
  find_package(Catch2 CONFIG REQUIRED)
endif()

# A compiled cpp-httplib, as later Debians have it, is linked, so users of the installed package need it
# too. A mere header is needed only to build clams.
set(CLAMS_HTTPLIB_LIBRARY "")
set(clams_find_compiled_httplib "")
if(CLAMS_BUILD_HTTP AND NOT CLAMS_HTTPLIB_INCLUDE_DIR)
  set(CLAMS_HTTPLIB_LIBRARY httplib::httplib)
  set(clams_find_compiled_httplib "find_dependency(httplib)")
endif()
