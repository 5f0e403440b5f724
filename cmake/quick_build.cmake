# HEADSTOCK_QUICK_BUILD: half the processor time for those who build the library with all its tests.  What is
# shipped is never built so: each source by itself gives the linker of a program less to take.

# headstock_together(LIBRARY): the sources of one folder are compiled together, at most sixteen at once.
function(headstock_together library)
    if(NOT HEADSTOCK_QUICK_BUILD)
        return()
    endif()
    get_target_property(sources ${library} SOURCES)
    foreach(source IN LISTS sources)
        cmake_path(GET source PARENT_PATH folder)
        string(MAKE_C_IDENTIFIER "${folder}" folder)
        list(APPEND in_${folder} ${source})
        list(LENGTH in_${folder} count)
        math(EXPR part "(${count} - 1) / 16")
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${part})
    endforeach()
    set_target_properties(${library} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP
        UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include)")
    # In a header this warning of g++ would be right; it takes the sources that are included for headers.
    target_compile_options(${library} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()

# headstock_in_advance(HEADER PROGRAMS...): HEADER is compiled once for all of these programs; by g++ only, for
# which it was measured, and not through ccache, which cannot keep such a header with `#pragma once` in it.
function(headstock_in_advance header first)
    if(NOT HEADSTOCK_QUICK_BUILD OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU"
            OR CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
        return()
    endif()
    target_precompile_headers(${first} PRIVATE ${PROJECT_SOURCE_DIR}/${header})
    foreach(program IN LISTS ARGN)
        target_precompile_headers(${program} REUSE_FROM ${first})
    endforeach()
    foreach(program IN LISTS first ARGN)
        # g++ 12 is silent about false warnings in the system's headers, but not where these are precompiled.
        target_compile_options(${program} PRIVATE -Wno-array-bounds -Wno-stringop-overflow)
    endforeach()
endfunction()
