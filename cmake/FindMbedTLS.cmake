# Finds mbedTLS where it comes with neither a CMake package nor a .pc file, as 2.28 does in Debian 12.
# Installed beside headstock-config.cmake for the same reason.
#
# Targets, named as mbedTLS 3 names its own: MbedTLS::mbedcrypto, MbedTLS::mbedx509, MbedTLS::mbedtls.
find_path(MbedTLS_INCLUDE_DIR mbedtls/version.h)
foreach(part mbedcrypto mbedx509 mbedtls)
    find_library(MbedTLS_${part}_LIBRARY ${part})
    mark_as_advanced(MbedTLS_${part}_LIBRARY)
endforeach()
mark_as_advanced(MbedTLS_INCLUDE_DIR)

# 2.x has the number in version.h, 3.x in build_info.h.
unset(MbedTLS_VERSION)
foreach(header build_info.h version.h)
    set(header ${MbedTLS_INCLUDE_DIR}/mbedtls/${header})
    if(NOT MbedTLS_VERSION AND EXISTS ${header})
        file(STRINGS ${header} line REGEX "define[ \t]+MBEDTLS_VERSION_STRING[ \t]")
        string(REGEX MATCH "[0-9]+(\\.[0-9]+)+" MbedTLS_VERSION "${line}")
    endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MbedTLS
    REQUIRED_VARS MbedTLS_mbedtls_LIBRARY MbedTLS_mbedx509_LIBRARY MbedTLS_mbedcrypto_LIBRARY
        MbedTLS_INCLUDE_DIR
    VERSION_VAR MbedTLS_VERSION)

if(MbedTLS_FOUND)
    set(below "")
    foreach(part mbedcrypto mbedx509 mbedtls)
        if(NOT TARGET MbedTLS::${part})
            add_library(MbedTLS::${part} UNKNOWN IMPORTED)
            set_target_properties(MbedTLS::${part} PROPERTIES
                IMPORTED_LOCATION ${MbedTLS_${part}_LIBRARY}
                INTERFACE_INCLUDE_DIRECTORIES ${MbedTLS_INCLUDE_DIR}
                INTERFACE_LINK_LIBRARIES "${below}")
        endif()
        set(below MbedTLS::${part})
    endforeach()
endif()
