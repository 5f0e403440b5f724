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

# headstock_tests_together(OUT PROGRAM SOURCES...): sets OUT to the sources that PROGRAM is compiled from.  Most of
# what a test costs are its headers.  So up to fourteen tests are one source: all of their headers, and behind them
# each test in a namespace of its own, where its includes do nothing and two tests may call two things alike.
function(headstock_tests_together out program)
    set(made "")
    set(count 0)
    foreach(source IN LISTS ARGN)
        set(path ${CMAKE_CURRENT_SOURCE_DIR}/${source})
        # What may not be in another namespace; and what is generated is included in the middle of a test.
        file(STRINGS ${path} alone REGEX
            "^(namespace (headstock|bridge|doctest)|template <>|extern \"C\"|int main)|^ *#include \"[a-z_]+\\.hpp\"")
        file(STRINGS ${path} all_names REGEX "using namespace headstock")
        file(STRINGS ${path} support REGEX "test::") # `test` is several namespaces then
        if(NOT HEADSTOCK_QUICK_BUILD OR NOT source MATCHES "_test\\.cpp$" OR alone OR (all_names AND support))
            list(APPEND made ${source})
            continue()
        endif()
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
        math(EXPR part "${count} / 14")
        math(EXPR count "${count} + 1")
        file(STRINGS ${path} headers REGEX "^#include [<\"]")
        list(TRANSFORM headers REPLACE "<(headstock/.*)>" "\"\\1\"") # in one form, for clang-tidy
        list(APPEND headers_${part} ${headers})
        cmake_path(GET source STEM name)
        cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
        string(APPEND tests_${part}
            "namespace ${name} {\n// NOLINTNEXTLINE(bugprone-suspicious-include)\n#include \"${path}\"\n}\n")
    endforeach()
    set(part 0)
    while(DEFINED tests_${part})
        list(REMOVE_DUPLICATES headers_${part})
        list(JOIN headers_${part} "\n" headers)
        set(file ${CMAKE_CURRENT_BINARY_DIR}/together/${program}_${part}.cpp)
        file(CONFIGURE OUTPUT ${file} CONTENT "${headers}\n${tests_${part}}" @ONLY)
        list(APPEND made ${file})
        math(EXPR part "${part} + 1")
    endwhile()
    set(${out} ${made} PARENT_SCOPE)
endfunction()
