# `cmake --install`: libraries, public headers, the CMake package and the pkg-config files.
# The component headstock_headers needs no build, so the headers can be checked as users see them.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/headstock)

function(install_headers destination)
    foreach(header IN LISTS ARGN)
        cmake_path(GET header PARENT_PATH folder)
        install(FILES ${header} DESTINATION ${destination}/${folder} COMPONENT headstock_headers)
    endforeach()
endfunction()
install_headers(${BRIDGE_INCLUDES} ${BRIDGE_HEADERS})
install_headers(${CMAKE_INSTALL_INCLUDEDIR} ${HEADSTOCK_HEADERS} ${HEADSTOCK_TESTING_HEADERS})
install(FILES ${PROJECT_BINARY_DIR}/generated/headstock/version.hpp
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/headstock COMPONENT headstock_headers)

install(TARGETS headstock_bridge headstock headstock_testing EXPORT headstock-targets)
install(EXPORT headstock-targets NAMESPACE headstock:: DESTINATION ${package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/headstock-config.cmake.in
    headstock-config.cmake INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(headstock-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/headstock-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/headstock-config-version.cmake
    ${PROJECT_SOURCE_DIR}/cmake/FindMbedTLS.cmake
    DESTINATION ${package_dir})

# The .pc files name the prefix relative to themselves, so an installed tree can be moved.
cmake_path(SET pc_dir NORMALIZE ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pc_dir} OUTPUT_VARIABLE pc_to_prefix)
foreach(name headstock_bridge headstock headstock_testing)
    configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
