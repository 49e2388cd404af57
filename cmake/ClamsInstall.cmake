# SPDX-License-Identifier: Apache-2.0
# The package: find_package(clams) from the install tree and from this build tree, and pkg-config.
include(CMakePackageConfigHelpers)

get_property(clams_components GLOBAL PROPERTY CLAMS_COMPONENTS)
set(clams_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/clams)
foreach(component IN LISTS clams_components)
  set(targets clams_${component}_targets)
  install(EXPORT ${targets} NAMESPACE clams:: DESTINATION ${clams_config_dir})
  export(EXPORT ${targets} NAMESPACE clams:: FILE ${PROJECT_BINARY_DIR}/${targets}.cmake)
endforeach()

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/clamsConfig.cmake.in ${PROJECT_BINARY_DIR}/clamsConfig.cmake
  INSTALL_DESTINATION ${clams_config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/clamsConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
configure_file(${PROJECT_SOURCE_DIR}/cmake/FindClamsHttplib.cmake
               ${PROJECT_BINARY_DIR}/FindClamsHttplib.cmake COPYONLY)
install(FILES ${PROJECT_BINARY_DIR}/clamsConfig.cmake
              ${PROJECT_BINARY_DIR}/clamsConfigVersion.cmake
              ${PROJECT_BINARY_DIR}/FindClamsHttplib.cmake
        DESTINATION ${clams_config_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/clams)

# pkg-config: one file for what was built. The archives need their third parties when linked.
set(clams_pc_libs "-lclams_core")
set(clams_pc_requires "nlohmann_json, fmt")
if("http" IN_LIST clams_components)
  set(clams_pc_libs "-lclams -lclams_http -lclams_core")
  string(APPEND clams_pc_requires ", prometheus-cpp-core, zlib")
endif()
file(RELATIVE_PATH clams_pc_prefix
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${PROJECT_SOURCE_DIR}/cmake/clams.pc.in ${PROJECT_BINARY_DIR}/clams.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/clams.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
