# SPDX-License-Identifier: Apache-2.0
# CLAMS_WARNING_FLAGS: what each of our own targets is compiled with; never passed on to users.
set(CLAMS_WARNING_FLAGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wdouble-promotion
    -Wformat=2 -Wimplicit-fallthrough -Wunused)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND CLAMS_WARNING_FLAGS -Wduplicated-cond -Wlogical-op)
  # GCC 12 sees null pointers in its own library once it has inlined enough.
  list(REMOVE_ITEM CLAMS_WARNING_FLAGS -Wnull-dereference)
endif()
if(CLAMS_WERROR)
  list(APPEND CLAMS_WARNING_FLAGS -Werror)
endif()
