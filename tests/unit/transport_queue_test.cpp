// Bytes that wait to be sent.
#include "headstock/transport/queue.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <string>

using headstock::detail::WriteQueue;

TEST_CASE("transport queue: what goes in comes out, in order, a large piece as it was added") {
    WriteQueue queue;
    queue.add("one ");
    queue.add("two ");
    queue.add(std::string(70'000, 'x'));
    queue.add("three");
    CHECK(queue.size() == 70'013);
    CHECK(queue.next_block() == "one two ");
    CHECK(queue.next_block() == std::string(70'000, 'x'));
    CHECK(queue.next_block() == "three");
    CHECK(queue.empty());
    CHECK(queue.size() == 0);
}

TEST_CASE("transport queue: many small pieces cost no more memory than their bytes (issue 9.4)") {
    const std::string alert(31, 'x'); // a record of TLS with an alert in it
    const auto before = test::heap_bytes();
    WriteQueue queue;
    for (int i = 0; i < 100'000; ++i) queue.add(alert);
    CHECK(test::heap_bytes() - before < 2 * queue.size());
    std::size_t blocks = 0;
    for (; !queue.empty(); ++blocks) queue.next_block();
    CHECK(blocks < 100'000 * alert.size() / 60'000);
}
