# SPDX-License-Identifier: Apache-2.0
# CLAMS_WARNING_FLAGS: what each of our own targets is compiled with; never passed on to users.
set(CLAMS_WARNING_FLAGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wdouble-promotion
    -Wformat=2 -Wimplicit-fallthrough -Wunused)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND CLAMS_WARNING_FLAGS -Wduplicated-cond -Wlogical-op)
  # Once it has inlined enough, GCC sees these in its own std::string and std::optional, wrongly
  # (PR 105329, 105651 and their kin). Sanitizers and clang look for the real ones.
  list(REMOVE_ITEM CLAMS_WARNING_FLAGS -Wnull-dereference)
  list(APPEND CLAMS_WARNING_FLAGS -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
       -Wno-stringop-overread -Wno-maybe-uninitialized)
endif()
if(CLAMS_WERROR)
  list(APPEND CLAMS_WARNING_FLAGS -Werror)
endif()
