// A queue that asks the heap for nothing before it is used, nor in a steady flow.
#include "headstock/base/fifo.hpp"
#include "tests/support/heap_count.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using headstock::detail::Fifo;

TEST_CASE("fifo: gives what came first, at any length") {
    Fifo<std::string> queue;
    int in = 0;
    int out = 0;
    for (int round = 1; round < 200; ++round) {
        for (int i = 0; i < round % 7; ++i) queue.push_back(std::to_string(in++));
        for (int i = 0; i < round % 5 && !queue.empty(); ++i) {
            CHECK(queue.front() == std::to_string(out++));
            queue.pop_front();
        }
        int each = out;
        for (const auto& item : queue) CHECK(item == std::to_string(each++));
        CHECK(each == in);
    }
}

TEST_CASE("fifo: what is taken out is let go at once") {
    Fifo<std::shared_ptr<int>> queue;
    const auto first = std::make_shared<int>(1);
    queue.push_back(first);
    queue.push_back(nullptr);
    CHECK(first.use_count() == 2);
    queue.pop_front();
    CHECK(first.use_count() == 1);
    CHECK(queue.front() == nullptr);
}

TEST_CASE("fifo: equal items go all at once, and only those that are in it") {
    Fifo<int> queue;
    for (const int item : {7, 1, 7, 2, 7}) queue.push_back(item);
    queue.pop_front();
    queue.remove(7);
    CHECK(queue.front() == 1);
    CHECK(queue.back() == 2);
    queue.remove(1);
    queue.remove(2);
    CHECK(queue.empty());
}

TEST_CASE("fifo: an unused one owns nothing and a steady flow asks for nothing") {
    const auto before = test::heap_calls();
    Fifo<int> queue;
    CHECK(queue.empty());
    CHECK(test::heap_calls() == before);
    const auto flow = [&] {
        for (int i = 0; i < 300; ++i) queue.push_back(i);
        while (!queue.empty()) queue.pop_front();
    };
    flow();
    const auto warm = test::heap_calls();
    for (int i = 0; i < 10; ++i) flow();
    CHECK(test::heap_calls() == warm);
}
