# SPDX-License-Identifier: Apache-2.0
# A test: our sources carry the licence line and stay within the size that a reader can hold.
# cmake -DSOURCE_DIR=... -P CheckSources.cmake
set(line_limit 400)

set(patterns "")
foreach(folder include src tests bench tools examples)
  foreach(ending hpp ipp cpp py)
    list(APPEND patterns ${SOURCE_DIR}/${folder}/*.${ending})
  endforeach()
endforeach()
file(GLOB_RECURSE files ${patterns} ${SOURCE_DIR}/cmake/*.cmake)
list(APPEND files ${SOURCE_DIR}/CMakeLists.txt)

foreach(file IN LISTS files)
  file(READ ${file} text)
  if(NOT text MATCHES "^(#![^\n]*\n)?(//|#) SPDX-License-Identifier: Apache-2.0\n")
    message(SEND_ERROR "${file}: does not begin with the SPDX line")
  endif()
  string(REGEX REPLACE "[^\n]" "" newlines "${text}")
  string(LENGTH "${newlines}" lines)
  if(lines GREATER line_limit)
    message(SEND_ERROR "${file}: ${lines} lines, more than ${line_limit}")
  endif()
endforeach()
list(LENGTH files count)
message(STATUS "${count} files checked")
