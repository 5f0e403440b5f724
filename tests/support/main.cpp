// The entry point of the doctest programs.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#if defined(__SANITIZE_THREAD__)
// libuv closes descriptors by the system call itself, which TSan does not see: it takes a number
// that is given again for the descriptor that is gone, and complains where the new one is made.
extern "C" const char* __tsan_default_suppressions() { // NOLINT(*-reserved-identifier)
    return "race:eventfd\nrace:epoll_create1\nrace:pipe2\n";
}
#endif
