# The Debian packages, by CPack: tools/package.sh makes them, out of a static and a shared build.
#
#   libheadstockX.Y     the shared libraries, by the number in their names
#   libheadstock-dev    headers, static libraries, the CMake package and the pkg-config files
#   libheadstock-uploadX.Y, libheadstock-upload-dev    the same of headstock_upload, which needs libcurl
#   headstock-tools     headstock-explain, with its manual
#   headstock-doc       README, changes, examples; the site when `make docs` has made it
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "headstock authors <headstock@packages.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SOURCE headstock)

# headstock_package(GROUP NAME SECTION SUMMARY WORDS COMPONENT...)
function(headstock_package group name section summary words)
    set(about "${PROJECT_DESCRIPTION}: plain objects say by a table\n\
which stanzas and elements they want.  headstock finds the server, secures\n\
the connection, logs in, comes back, and calls them.")
    string(TOUPPER ${group} upper)
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name} PARENT_SCOPE)
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section} PARENT_SCOPE)
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${about}\n\n${words}" PARENT_SCOPE)
    # What Debian wants of every package; tools/package.sh writes them.
    install(FILES ${PROJECT_BINARY_DIR}/debian/changelog.gz ${PROJECT_BINARY_DIR}/debian/copyright
        DESTINATION share/doc/${name} COMPONENT headstock_${group}_debian EXCLUDE_FROM_ALL)
    foreach(component IN LISTS ARGN ITEMS headstock_${group}_debian)
        string(TOUPPER ${component} component_upper)
        set(CPACK_COMPONENT_${component_upper}_GROUP ${group} PARENT_SCOPE)
        list(APPEND CPACK_COMPONENTS_ALL ${component})
    endforeach()
    set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_ALL} PARENT_SCOPE)
endfunction()

set(runtime libheadstock${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
headstock_package(runtime ${runtime} libs "XMPP for C++ programs (shared libraries)"
    "This package has the shared libraries." headstock_runtime)
headstock_package(development libheadstock-dev libdevel "XMPP for C++ programs (development files)"
    "This package has the headers and the static libraries, and what CMake and\npkg-config want to know."
    headstock_headers headstock_development)
if(TARGET headstock_upload)
    set(upload_runtime libheadstock-upload${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
    headstock_package(uploadruntime ${upload_runtime} libs "XMPP for C++ programs (files, shared library)"
        "This package has the shared library that sends and fetches files over HTTP." headstock_upload_runtime)
    headstock_package(uploaddevelopment libheadstock-upload-dev libdevel
        "XMPP for C++ programs (files, development files)"
        "This package has the header and the static library for files over HTTP."
        headstock_upload_development)
    set(CPACK_DEBIAN_UPLOADRUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/triggers)
    set(CPACK_DEBIAN_UPLOADRUNTIME_PACKAGE_DEPENDS "${runtime} (= ${PROJECT_VERSION})")
    set(CPACK_DEBIAN_UPLOADDEVELOPMENT_PACKAGE_DEPENDS "${upload_runtime} (= ${PROJECT_VERSION}), \
libheadstock-dev (= ${PROJECT_VERSION}), libcurl4-openssl-dev | libcurl4-gnutls-dev")
endif()
headstock_package(tools headstock-tools devel "XMPP for C++ programs (tools)"
    "This package has headstock-explain, which says why a handler is called for a\nsaved stanza, or why it is not."
    headstock_programs)
headstock_package(documentation headstock-doc doc "XMPP for C++ programs (documentation)"
    "This package has the examples, and what there is to read." headstock_documentation headstock_site)

# The static libraries need them; and pkg-config wants all that a .pc file names to be there.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${runtime} (= ${PROJECT_VERSION}), libc-ares-dev, libexpat1-dev, \
libidn2-dev, libmbedtls-dev, libutf8proc-dev, libuv1-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS headstock-doc)
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_ARCHITECTURE all)
# dpkg-shlibdeps finds our libraries where they were built, and has to be told their package.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "${runtime} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/cmake/debian/triggers)

# Debian wants manuals compressed.
install(FILES ${PROJECT_BINARY_DIR}/debian/headstock-explain.1.gz
    DESTINATION share/man/man1 COMPONENT headstock_tools_debian EXCLUDE_FROM_ALL)
install(DIRECTORY build/docs/html DESTINATION ${CMAKE_INSTALL_DOCDIR}
    COMPONENT headstock_site EXCLUDE_FROM_ALL OPTIONAL)
include(CPack)
