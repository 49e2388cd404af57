# SPDX-License-Identifier: Apache-2.0
# Finds cpp-httplib >= 0.41 and defines the target clams::httplib. In this order: the header that
# scripts/setup put into .deps/, a CMake package, a bare header.
set(clams_httplib_minimum 0.41)

# The version that a httplib.h says it has, or nothing.
function(clams_httplib_header_version header out)
  file(STRINGS ${header} line REGEX "define CPPHTTPLIB_VERSION \"" LIMIT_COUNT 1)
  string(REGEX MATCH "[0-9]+\\.[0-9]+(\\.[0-9]+)?" version "${line}")
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

if(CLAMS_FETCH_DEPENDENCIES)  # ClamsFetch has declared it
  FetchContent_MakeAvailable(httplib)
  set(CLAMS_HTTPLIB_INCLUDE_DIR ${httplib_SOURCE_DIR})
endif()
find_path(CLAMS_HTTPLIB_INCLUDE_DIR httplib.h
  HINTS ${CMAKE_CURRENT_LIST_DIR}/../.deps/include NO_DEFAULT_PATH)
if(NOT CLAMS_HTTPLIB_INCLUDE_DIR)
  find_package(httplib CONFIG QUIET)
  if(NOT httplib_FOUND)
    find_path(CLAMS_HTTPLIB_INCLUDE_DIR httplib.h)
  endif()
endif()

if(CLAMS_HTTPLIB_INCLUDE_DIR)
  clams_httplib_header_version(${CLAMS_HTTPLIB_INCLUDE_DIR}/httplib.h ClamsHttplib_VERSION)
else()
  set(ClamsHttplib_VERSION "${httplib_VERSION}")
endif()
if(ClamsHttplib_VERSION AND ClamsHttplib_VERSION VERSION_LESS clams_httplib_minimum)
  set(ClamsHttplib_NOT_FOUND_MESSAGE
    "cpp-httplib ${ClamsHttplib_VERSION} was found, but clams needs ${clams_httplib_minimum} or \
newer: older releases have published security holes (request smuggling, header injection, denial \
of service) that anyone who can reach the port can use. `scripts/setup` brings a good one into \
.deps/. Or set CLAMS_HTTPLIB_INCLUDE_DIR, or CLAMS_FETCH_DEPENDENCIES=ON.")
  set(ClamsHttplib_usable FALSE)
elseif(ClamsHttplib_VERSION)
  set(ClamsHttplib_usable TRUE)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ClamsHttplib
  REQUIRED_VARS ClamsHttplib_usable
  VERSION_VAR ClamsHttplib_VERSION
  REASON_FAILURE_MESSAGE "${ClamsHttplib_NOT_FOUND_MESSAGE}")

if(ClamsHttplib_FOUND AND NOT TARGET clams::httplib)
  add_library(clams::httplib INTERFACE IMPORTED)
  if(CLAMS_HTTPLIB_INCLUDE_DIR)
    target_include_directories(clams::httplib SYSTEM INTERFACE ${CLAMS_HTTPLIB_INCLUDE_DIR})
  else()
    target_link_libraries(clams::httplib INTERFACE httplib::httplib)
  endif()
endif()
