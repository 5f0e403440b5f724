// Whatever shape a stanza has that a server lets through, a stranger cannot end the session with it, nor
// keep it busy: time grows with the bytes and not with their square, at any size of the reads.
#include "tests/support/growth.hpp"
#include "tests/support/hostile_shapes.hpp"

#include <doctest/doctest.h>

using support::hostile_shapes, support::hostile_stanza, support::seconds_for;

namespace {

constexpr std::size_t let_through =
    512 * 1024; // what Prosody and ejabberd take from another server

void check_growth(const support::HostileShape& shape, std::size_t bytes, std::size_t read_size) {
    CAPTURE(std::string{shape.what});
    CAPTURE(read_size);
    CHECK(support::grows_evenly(bytes / support::growth, [&](std::size_t size) {
        return seconds_for(hostile_stanza(shape, size), read_size);
    }));
}

} // namespace

TEST_CASE("hostile shapes: none of the size that servers let through ends the session") {
    for (const auto& shape : hostile_shapes()) {
        CAPTURE(std::string{shape.what});
        CHECK_NOTHROW(seconds_for(hostile_stanza(shape, let_through), let_through));
        CHECK_NOTHROW(seconds_for(hostile_stanza(shape, let_through), 1460));
    }
}

TEST_CASE("hostile shapes: eight times the bytes cost nothing like their square") {
    for (const auto& shape : hostile_shapes()) {
        check_growth(shape, let_through, let_through);
        check_growth(shape, let_through, 16);
    }
}

TEST_CASE("hostile shapes: nor where they come byte by byte") {
    for (const auto& shape : hostile_shapes()) check_growth(shape, let_through / 4, 1);
}
