# cmake -D COMPILER=.. -D INCLUDES=.. -D WARNINGS=.. -D FILE=.. -P expect.cmake: does FILE compile, or fail to, as its
# first line says?
file(STRINGS ${FILE} expected LIMIT_COUNT 1)
if(NOT expected MATCHES "^// expect: (.+)$")
    message(FATAL_ERROR "${FILE}: the first line must be `// expect: ` and words, or ok")
endif()
set(expected "${CMAKE_MATCH_1}")

list(TRANSFORM INCLUDES PREPEND -I)
set(ENV{LC_ALL} C)
if(expected STREQUAL "ok")
    set(warnings ${WARNINGS} -Werror)
endif()
execute_process(
    COMMAND ${COMPILER} -std=c++20 -fsyntax-only -fmessage-length=0 -Werror=unused-result ${warnings} ${INCLUDES} ${FILE}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(expected STREQUAL "ok")
    if(NOT result EQUAL 0)
        message("${output}")
        message(FATAL_ERROR "${FILE} must compile")
    endif()
    return()
endif()
if(result EQUAL 0)
    message(FATAL_ERROR "${FILE} compiles, and must not: \"${expected}\"")
endif()
string(FIND "${output}" "${expected}" at)
if(at EQUAL -1)
    message("${output}")
    message(FATAL_ERROR "${FILE}: the compiler does not say \"${expected}\"")
endif()
