# SPDX-License-Identifier: Apache-2.0
# The suite built in other ways, in sub-folders of this build tree: the presets of the same names.
# Target variant-<name> builds one; the test variant.<name> has it built, if need be, and runs it.
set(CLAMS_TEST_JOBS 2 CACHE STRING "Processes that a variant is built and run with")

# clams_add_variant(<name> TARGET <what to build> SELECT <ctest arguments> [OPTIONS <for cmake>...])
function(clams_add_variant name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET" "SELECT;OPTIONS")
  set(dir ${PROJECT_BINARY_DIR}/${name})
  set(python "")
  if(Python3_EXECUTABLE)
    set(python -DPython3_EXECUTABLE=${Python3_EXECUTABLE})
  endif()
  add_custom_target(variant-${name}
    COMMAND ${CMAKE_COMMAND} --preset ${name} -S ${PROJECT_SOURCE_DIR} -B ${dir}
            --log-level=WARNING
            ${python} -DCLAMS_CONFORMANCE_DIR=${CLAMS_CONFORMANCE_DIR}
            -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
            -DCLAMS_TEST_BATCH=${CLAMS_TEST_BATCH} ${arg_OPTIONS}
    COMMAND ${CMAKE_COMMAND} --build ${dir} --parallel ${CLAMS_TEST_JOBS} --target ${arg_TARGET}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} USES_TERMINAL VERBATIM)
  add_test(NAME variant.${name}.build
    COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target variant-${name})
  add_test(NAME variant.${name}
    COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${dir} --output-on-failure --no-tests=error
            --parallel ${CLAMS_TEST_JOBS} ${arg_SELECT})
  set_tests_properties(variant.${name}.build PROPERTIES
    FIXTURES_SETUP variant.${name} LABELS variants TIMEOUT 3600 RUN_SERIAL ON)
  set_tests_properties(variant.${name} PROPERTIES
    FIXTURES_REQUIRED variant.${name} LABELS variants TIMEOUT 1800 RUN_SERIAL ON)
endfunction()

# With clang where there is one: the whole suite then compiles with both compilers, and sooner.
# Under ASan+UBSan it is header-only as well, so that one build shows both.
find_program(CLAMS_CLANGXX NAMES clang++-16 clang++-17 clang++-18 clang++-19 clang++)
set(variant_compiler "")
set(fuzzers "")
if(CLAMS_CLANGXX)
  set(variant_compiler -DCMAKE_CXX_COMPILER=${CLAMS_CLANGXX})
  set(fuzzers -DCLAMS_BUILD_FUZZ=ON -DWHISPER_FUZZ=ON)
endif()

clams_add_variant(asan TARGET all SELECT -LE "package|lint|stress"
  OPTIONS ${variant_compiler} ${fuzzers} -DCLAMS_TEST_HEADER_ONLY=ON)
clams_add_variant(tsan TARGET room_tests SELECT -L "unit|http|contract" OPTIONS ${variant_compiler})
