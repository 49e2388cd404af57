# SPDX-License-Identifier: Apache-2.0
# clams_add_library(): the only way to define a component, so that no target can forget a rule.
set(CLAMS_ROOMS "" CACHE STRING "Build only these rooms (empty: all), and name those below them")
string(REPLACE ";" "|" CLAMS_ROOMS "${CLAMS_ROOMS}")

# The rooms out of ARGN that are to be built.
function(clams_chosen_rooms out)
  set(chosen ${ARGN})
  if(CLAMS_ROOMS)
    list(FILTER chosen INCLUDE REGEX "^(${CLAMS_ROOMS})$")
  endif()
  set(${out} "${chosen}" PARENT_SCOPE)
endfunction()

# The sources of the rooms: src/<room>.cpp, unless a room has nothing but headers.
function(clams_room_sources out)
  set(found "")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.cpp)
  foreach(room IN LISTS ARGN)
    if(${PROJECT_SOURCE_DIR}/src/${room}.cpp IN_LIST sources)
      list(APPEND found ${PROJECT_SOURCE_DIR}/src/${room}.cpp)
    endif()
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# The public headers of the rooms, and the bodies and details that must be installed with them.
function(clams_room_files headers bodies)
  set(found_headers "")
  set(found_bodies "")
  foreach(room IN LISTS ARGN)
    set(folder ${PROJECT_SOURCE_DIR}/include/clams/${room})
    file(GLOB room_headers CONFIGURE_DEPENDS ${folder}/*.hpp)
    file(GLOB room_bodies CONFIGURE_DEPENDS ${folder}/impl/*.ipp ${folder}/impl/*.hpp
         ${folder}/detail/*.hpp)
    list(APPEND found_headers ${room_headers})
    list(APPEND found_bodies ${room_bodies})
  endforeach()
  set(${headers} "${found_headers}" PARENT_SCOPE)
  set(${bodies} "${found_bodies}" PARENT_SCOPE)
endfunction()

# clams_add_library(<component> ROOMS ... PUBLIC_DEPS ... PRIVATE_DEPS ... HEADER_DEPS ...)
# HEADER_DEPS: headers that our .cpp files include; there is nothing to link, and nothing to export.
function(clams_add_library component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ROOMS;PUBLIC_DEPS;PRIVATE_DEPS;HEADER_DEPS")
  clams_chosen_rooms(rooms ${arg_ROOMS})
  clams_room_sources(sources ${rooms})
  if(NOT sources)
    return()
  endif()
  clams_room_files(headers bodies ${rooms})
  if(component STREQUAL "core")
    file(GLOB common CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/clams/*.hpp)
    list(FILTER common EXCLUDE REGEX "/clams\\.hpp$")  # the umbrella belongs to clams::clams
    list(APPEND headers ${common})
  elseif(component STREQUAL "clams" AND EXISTS ${PROJECT_SOURCE_DIR}/include/clams/clams.hpp)
    list(APPEND headers ${PROJECT_SOURCE_DIR}/include/clams/clams.hpp)
  endif()

  set(target clams_${component})
  add_library(${target} ${sources})
  add_library(clams::${component} ALIAS ${target})
  target_sources(${target}
    PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers}
    PUBLIC FILE_SET bodies TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${bodies})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE ${CLAMS_WARNING_FLAGS})
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
  foreach(dependency IN LISTS arg_HEADER_DEPS)
    target_include_directories(${target} SYSTEM PRIVATE
      $<TARGET_PROPERTY:${dependency},INTERFACE_INCLUDE_DIRECTORIES>)
  endforeach()
  clams_instrument(${target})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${component}
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    VERIFY_INTERFACE_HEADER_SETS ON
    INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
  if(component STREQUAL "clams")
    set_target_properties(${target} PROPERTIES OUTPUT_NAME clams)
  endif()
  if(CLAMS_INSTALL)
    install(TARGETS ${target} EXPORT clams_${component}_targets FILE_SET HEADERS FILE_SET bodies)
  endif()
  set_property(GLOBAL APPEND PROPERTY CLAMS_COMPONENTS ${component})
endfunction()

# clams::header_only: the same headers with CLAMS_HEADER_ONLY defined, and what their bodies need.
function(clams_add_header_only_library)
  add_library(clams_header_only INTERFACE)
  add_library(clams::header_only ALIAS clams_header_only)
  target_include_directories(clams_header_only INTERFACE
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_compile_definitions(clams_header_only INTERFACE CLAMS_HEADER_ONLY)
  target_compile_features(clams_header_only INTERFACE cxx_std_20)
  target_link_libraries(clams_header_only INTERFACE
    nlohmann_json::nlohmann_json fmt::fmt Threads::Threads ${CMAKE_DL_LIBS})
  if(CLAMS_BUILD_HTTP)
    target_link_libraries(clams_header_only INTERFACE
      clams::httplib CLI11::CLI11 prometheus-cpp::core ZLIB::ZLIB)
  endif()
  set_target_properties(clams_header_only PROPERTIES EXPORT_NAME header_only)
  if(CLAMS_INSTALL)
    install(TARGETS clams_header_only EXPORT clams_header_only_targets)
  endif()
  set_property(GLOBAL APPEND PROPERTY CLAMS_COMPONENTS header_only)
endfunction()
