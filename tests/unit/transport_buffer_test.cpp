// The buffer that all connections of a thread read into: there is one, and nobody's bytes are lost
// for it.
#include "headstock/transport/buffer.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <thread>

using headstock::detail::give_back_buffer, headstock::detail::lend_buffer;
using headstock::detail::read_buffer_size;

TEST_CASE("read buffer: one read after the other is given the same, and the heap is not asked") {
    char* first = lend_buffer();
    give_back_buffer(first);
    const auto calls = test::heap_calls();
    for (int i = 0; i < 100; ++i) {
        char* buffer = lend_buffer();
        REQUIRE(buffer == first);
        buffer[read_buffer_size - 1] = 'x';
        give_back_buffer(buffer);
    }
    CHECK(test::heap_calls() == calls);
}

TEST_CASE("read buffer: a read inside a read is given another") {
    char* outer = lend_buffer();
    char* inner = lend_buffer();
    CHECK(inner != outer);
    give_back_buffer(inner);
    give_back_buffer(outer);
    CHECK(lend_buffer() == outer);
    give_back_buffer(outer);
}

TEST_CASE("read buffer: each thread has its own") {
    char* ours = lend_buffer();
    give_back_buffer(ours);
    char* theirs = ours;
    std::thread{[&] {
        theirs = lend_buffer();
        give_back_buffer(theirs);
    }}.join();
    CHECK(theirs != ours);
    CHECK(lend_buffer() == ours);
    give_back_buffer(ours);
}
