# SPDX-License-Identifier: Apache-2.0
# Checks of the text: layers, sizes, format, quoted examples as tests; clang-tidy as target and test.
function(clams_add_check name script)
  add_test(NAME lint.${name}
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} ${ARGN}
            -P ${PROJECT_SOURCE_DIR}/cmake/${script})
  set_tests_properties(lint.${name} PROPERTIES LABELS lint
    SKIP_REGULAR_EXPRESSION "skipped: ")
endfunction()

find_program(CLAMS_CLANG_FORMAT clang-format-16)
find_program(CLAMS_CLANG_TIDY clang-tidy-16)

clams_add_check(layers CheckLayers.cmake)
clams_add_check(layers_upward_include CheckLayers.cmake
  -DSOURCE_DIR=${PROJECT_SOURCE_DIR}/tests/lint/upward_include)
set_tests_properties(lint.layers_upward_include PROPERTIES WILL_FAIL ON)
clams_add_check(sources CheckSources.cmake)
clams_add_check(quotes CheckQuotes.cmake)
clams_add_check(format CheckFormat.cmake -DCLANG_FORMAT=${CLAMS_CLANG_FORMAT})

# One stamp per source: what has not changed is not read again.
function(clams_add_tidy)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/include/*.ipp)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
    ${PROJECT_SOURCE_DIR}/src/*.cpp ${PROJECT_SOURCE_DIR}/tools/*/*.cpp
    ${PROJECT_SOURCE_DIR}/examples/*/*.cpp)
  foreach(room torch cuda)
    if(NOT TARGET clams_${room})  # its third party is not there
      list(REMOVE_ITEM sources src/${room}.cpp)
    endif()
  endforeach()
  set(stamps "")
  foreach(source IN LISTS sources)
    string(MAKE_C_IDENTIFIER ${source} name)
    set(stamp ${PROJECT_BINARY_DIR}/tidy/${name}.stamp)
    add_custom_command(OUTPUT ${stamp}
      COMMAND ${CLAMS_CLANG_TIDY} --quiet -p ${PROJECT_BINARY_DIR}
              --extra-arg=-Wno-unknown-warning-option ${PROJECT_SOURCE_DIR}/${source}
      COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
      DEPENDS ${PROJECT_SOURCE_DIR}/${source} ${headers} ${PROJECT_SOURCE_DIR}/.clang-tidy
      COMMENT "clang-tidy ${source}" VERBATIM)
    list(APPEND stamps ${stamp})
  endforeach()
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/tidy)
  add_custom_target(tidy DEPENDS ${stamps})
  add_test(NAME lint.tidy
    COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target tidy -- -k 0)
endfunction()

if(CLAMS_CLANG_TIDY)
  clams_add_tidy()
else()
  add_custom_target(tidy COMMAND ${CMAKE_COMMAND} -E echo "skipped: no clang-tidy-16")
  add_test(NAME lint.tidy COMMAND ${CMAKE_COMMAND} -E echo "skipped: no clang-tidy-16")
endif()
add_test(NAME lint.headers_alone
  COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target all_verify_interface_header_sets)
set_tests_properties(lint.tidy lint.headers_alone PROPERTIES
  LABELS lint RUN_SERIAL ON TIMEOUT 1800 SKIP_REGULAR_EXPRESSION "skipped: ")
