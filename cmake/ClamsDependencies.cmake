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
if(CLAMS_BUILD_TESTS)
  find_package(Catch2 CONFIG REQUIRED)
endif()

# Used in our .cpp files only: their targets are needed to build, not to link (header-only).
set(CLAMS_CLI11 "$<BUILD_INTERFACE:CLI11::CLI11>")
set(CLAMS_HTTPLIB "$<BUILD_INTERFACE:clams_httplib>")
