# `cmake --install`: libraries, public headers, the CMake package, the pkg-config files, and what there is
# to read.  The component headstock_headers needs no build, so the headers can be checked as users see them.
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

# Static and shared libraries may be installed side by side, from two builds: each has its file of targets.
if(BUILD_SHARED_LIBS)
    set(kind shared)
else()
    set(kind static)
endif()
install(TARGETS headstock_bridge headstock headstock_testing EXPORT headstock-targets
    RUNTIME COMPONENT headstock_runtime
    LIBRARY COMPONENT headstock_runtime NAMELINK_COMPONENT headstock_development
    ARCHIVE COMPONENT headstock_development)
if(TARGET headstock_upload) # a package of its own, since it alone wants libcurl
    foreach(header IN LISTS HEADSTOCK_UPLOAD_HEADERS)
        cmake_path(GET header PARENT_PATH folder)
        install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder}
            COMPONENT headstock_upload_development)
    endforeach()
    install(TARGETS headstock_upload EXPORT headstock-upload-targets
        RUNTIME COMPONENT headstock_upload_runtime
        LIBRARY COMPONENT headstock_upload_runtime NAMELINK_COMPONENT headstock_upload_development
        ARCHIVE COMPONENT headstock_upload_development)
    install(EXPORT headstock-upload-targets FILE headstock-upload-${kind}-targets.cmake NAMESPACE headstock::
        DESTINATION ${package_dir} COMPONENT headstock_upload_development)
endif()
install(EXPORT headstock-targets FILE headstock-${kind}-targets.cmake NAMESPACE headstock::
    DESTINATION ${package_dir} COMPONENT headstock_development)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/headstock-config.cmake.in
    headstock-config.cmake INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(headstock-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/headstock-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/headstock-config-version.cmake
    ${PROJECT_SOURCE_DIR}/cmake/FindMbedTLS.cmake
    DESTINATION ${package_dir} COMPONENT headstock_development)

# What the libraries need themselves.  `pkg-config --libs` names it where they are static, and where they
# are shared only with `--static`.
set(headstock_requires "libcares, libidn2, libuv, libutf8proc")
set(headstock_libs "-lmbedtls -lmbedx509 -lmbedcrypto -pthread")
set(bridge_requires "expat")
if(BUILD_SHARED_LIBS)
    set(pc_private ".private")
    set(pc_requires_private "${headstock_requires}")
    set(pc_upload_requires_private "libcurl, libuv")
    set(pc_libs_private "${headstock_libs}")
else()
    set(pc_requires ", ${headstock_requires}")
    set(pc_upload_requires ", libcurl, libuv")
    set(pc_libs " ${headstock_libs}")
endif()
# The .pc files name the prefix relative to themselves, so an installed tree can be moved.
cmake_path(SET pc_dir NORMALIZE ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pc_dir} OUTPUT_VARIABLE pc_to_prefix)
set(pc_files headstock_bridge headstock headstock_testing)
if(NOT BUILD_SHARED_LIBS)
    list(APPEND pc_files headstock-static)
endif()
foreach(name IN LISTS pc_files)
    configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT headstock_development)
endforeach()
if(TARGET headstock_upload)
    configure_file(cmake/headstock_upload.pc.in headstock_upload.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/headstock_upload.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT headstock_upload_development)
endif()

if(HEADSTOCK_BUILD_PROGRAMS)
    install(TARGETS headstock_explain COMPONENT headstock_programs)
    install(FILES programs/headstock_explain/headstock-explain.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT headstock_manuals)
endif()

install(FILES README.md CHANGELOG.md SECURITY.md
    DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT headstock_documentation)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT headstock_documentation
    FILES_MATCHING PATTERN *.cpp PATTERN *.hpp PATTERN *.xml PATTERN CMakeLists.txt)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT headstock_license)
