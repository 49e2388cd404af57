# SPDX-License-Identifier: Apache-2.0
# cmake -DMODEL=FILE.pml -DWITHOUT=NAME -DSPIN=... -DCC=... -DFOLDER=... -P Check.cmake: looks at every
# state of the model. Without WITHOUT no rule may be broken; with it, one must be.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
set(definition)
if(WITHOUT)
  set(definition -D${WITHOUT})
endif()

function(run_step)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${FOLDER}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${output}")
  endif()
  set(output ${output} PARENT_SCOPE)
endfunction()

run_step(${SPIN} -a ${definition} ${MODEL})
run_step(${CC} -O2 -DSAFETY -DVECTORSZ=2048 -o pan pan.c)
run_step(./pan -m200000)
string(REGEX MATCH "errors: ([0-9]+)" found "${output}")
set(errors ${CMAKE_MATCH_1})
string(REGEX MATCH "[0-9.e+]+ states, stored" states "${output}")
message(STATUS "${states}, ${found}")
if(NOT found OR output MATCHES "max search depth too small|out of memory")
  message(FATAL_ERROR "the search is not complete: ${output}")
endif()
if(WITHOUT AND errors EQUAL 0)
  message(FATAL_ERROR "the model does not notice ${WITHOUT}")
elseif(NOT WITHOUT AND NOT errors EQUAL 0)
  message(FATAL_ERROR "${output}")
endif()
