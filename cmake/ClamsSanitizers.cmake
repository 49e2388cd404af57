# SPDX-License-Identifier: Apache-2.0
# clams_instrument(target): the sanitizers and the coverage asked for, on one of our targets.
# A program that links an instrumented library in this build gets the runtime too.
set(clams_instrument_flags "")
if(CLAMS_SANITIZE)
  list(JOIN CLAMS_SANITIZE "," sanitizers)
  list(APPEND clams_instrument_flags -fsanitize=${sanitizers} -fno-omit-frame-pointer -g1)
  if("undefined" IN_LIST CLAMS_SANITIZE)
    list(APPEND clams_instrument_flags -fno-sanitize-recover=all)
  endif()
endif()
if(CLAMS_COVERAGE)
  list(APPEND clams_instrument_flags -fprofile-instr-generate -fcoverage-mapping)
endif()

function(clams_instrument target)
  if(clams_instrument_flags)
    target_compile_options(${target} PRIVATE ${clams_instrument_flags})
    target_link_options(${target} PUBLIC "$<BUILD_INTERFACE:${clams_instrument_flags}>")
  endif()
endfunction()
