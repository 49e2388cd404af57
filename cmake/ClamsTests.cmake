# SPDX-License-Identifier: Apache-2.0
# clams_add_tests(<room> [LABEL <label>] [LIBRARY <component>] [DEPS ...]): one program <room>_tests out of
# tests/<room>/*_test.cpp, and one ctest per file of it.

# What a test program links: the component, or the headers alone.
function(clams_link_tested target component)
  if(CLAMS_TEST_HEADER_ONLY)
    target_link_libraries(${target} PRIVATE clams::header_only)
  else()
    target_link_libraries(${target} PRIVATE clams::${component})
  endif()
  target_compile_options(${target} PRIVATE ${CLAMS_WARNING_FLAGS})
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  clams_instrument(${target})
endfunction()

# Tests are compiled quickly, the library as users get it.
function(clams_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O0>)
endfunction()

# Compiles the sources of a test program together, which costs less than each alone.
set(CLAMS_TEST_BATCH 1 CACHE STRING "Test files to compile as one, at most; 1 rebuilds the soonest")
function(clams_compile_in_batches target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  math(EXPR batches "(${count} + ${CLAMS_TEST_BATCH} - 1) / ${CLAMS_TEST_BATCH}")
  math(EXPR size "(${count} + ${batches} - 1) / ${batches}")  # all of about the same size
  if(size GREATER 1)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
  endif()
endfunction()

# Stand-ins for NVIDIA's management library, which tests load at run time. Nothing links them, so
# they need no sanitizer. The old one lacks what old drivers lack.
function(clams_add_stub_nvml)
  foreach(variant current old)
    set(target clams_stub_nvml_${variant})
    add_library(${target} SHARED ${PROJECT_SOURCE_DIR}/tests/support/stub_nvml/stub_nvml.cpp)
    target_include_directories(${target} PRIVATE
      ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/tests)
    target_compile_features(${target} PRIVATE cxx_std_20)
    target_compile_options(${target} PRIVATE ${CLAMS_WARNING_FLAGS})
    set_target_properties(${target} PROPERTIES
      CXX_EXTENSIONS OFF PREFIX lib OUTPUT_NAME nvidia-ml SUFFIX .so.1
      LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/stub_nvml/${variant})
  endforeach()
  target_compile_definitions(clams_stub_nvml_old PRIVATE CLAMS_STUB_IS_OLD)
endfunction()

# The Catch2 main program and everything that all test programs share.
function(clams_add_test_main)
  add_custom_target(room_tests)
  clams_add_stub_nvml()
  file(GLOB support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cpp)
  add_library(clams_test_main STATIC ${support})
  target_include_directories(clams_test_main PUBLIC ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(clams_test_main PUBLIC Catch2::Catch2)
  target_compile_definitions(clams_test_main PUBLIC
    CLAMS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    CLAMS_CONFORMANCE_DIR="${CLAMS_CONFORMANCE_DIR}"
    CLAMS_STUB_NVML_FOLDER="${PROJECT_BINARY_DIR}/stub_nvml")
  add_dependencies(clams_test_main clams_stub_nvml_current clams_stub_nvml_old)
  clams_link_tested(clams_test_main core)
  clams_compile_quickly(clams_test_main)
  set(precompiled ${PROJECT_SOURCE_DIR}/tests/support/catch.hpp <nlohmann/json.hpp>)
  if(CLAMS_TEST_HEADER_ONLY)
    list(APPEND precompiled <clams/clams.hpp>)  # with every body; else each test would parse them
  endif()
  target_precompile_headers(clams_test_main PRIVATE ${precompiled})
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/support/main.cpp PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON)  # includes Catch2 2.13 in another way
endfunction()

function(clams_add_tests room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;LIBRARY" "DEPS")
  set(component core)
  if(arg_LIBRARY)
    set(component ${arg_LIBRARY})
  endif()
  set(label unit)
  if(arg_LABEL)
    set(label ${arg_LABEL})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${room}/*_test.cpp)
  clams_chosen_rooms(chosen ${room})
  if(NOT sources OR NOT chosen OR NOT TARGET clams::${component})
    return()
  endif()
  file(GLOB helpers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${room}/support/*.cpp)

  set(target ${room}_tests)
  add_executable(${target} ${sources} ${helpers})
  clams_link_tested(${target} ${component})
  clams_compile_quickly(${target})
  clams_compile_in_batches(${target})
  target_link_libraries(${target} PRIVATE clams_test_main)
  if(arg_DEPS)  # may bring flags that the precompiled headers were not made with
    target_link_libraries(${target} PRIVATE ${arg_DEPS})
  else()
    target_precompile_headers(${target} REUSE_FROM clams_test_main)
  endif()
  add_dependencies(room_tests ${target})
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_test(NAME ${room}.${name} COMMAND ${target} --filenames-as-tags "[#${name}]")
    set_tests_properties(${room}.${name} PROPERTIES
      LABELS "${label}" TIMEOUT 120 SKIP_RETURN_CODE 4)
  endforeach()
endfunction()
