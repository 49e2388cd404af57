# SPDX-License-Identifier: Apache-2.0
# A test: our sources are formatted as .clang-format says.
# cmake -DSOURCE_DIR=... -DCLANG_FORMAT=... -P CheckFormat.cmake
if(NOT CLANG_FORMAT)
  message(STATUS "skipped: no clang-format-16")
  return()
endif()
set(patterns "")
foreach(folder include src tests bench tools examples)
  foreach(ending hpp ipp cpp)
    list(APPEND patterns ${SOURCE_DIR}/${folder}/*.${ending})
  endforeach()
endforeach()
file(GLOB_RECURSE files ${patterns})
execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror ${files} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "run ${CLANG_FORMAT} -i on the files above")
endif()
