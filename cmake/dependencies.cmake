# The libraries underneath.  All are private: no header of ours includes theirs.
# headstock-config.cmake asks for the same ones, for those who link the static libraries.
find_package(Threads REQUIRED)
find_package(EXPAT 2.5 REQUIRED)
find_package(MbedTLS 2.28 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBIDN2 REQUIRED IMPORTED_TARGET libidn2>=2.3)
pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv>=1.44)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares>=1.18)
if(HEADSTOCK_BUILD_UPLOAD)
    pkg_check_modules(LIBCURL IMPORTED_TARGET libcurl>=7.87) # of the upload library alone
endif()
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc) # its number is not the release's
