// Whatever shape a stanza has that a server lets through, a stranger cannot end the session with
// it, nor keep it busy: time grows with the bytes and not with their square, at any size of the
// reads.
#include "tests/support/growth.hpp"
#include "tests/support/hostile_shapes.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <string>
#include <string_view>

using support::hostile_namespaces, support::hostile_shapes, support::hostile_stanza,
    support::seconds_for;

namespace {

constexpr std::size_t let_through =
    512 * 1024; // what Prosody and ejabberd take from another server

void check_growth(const support::HostileShape& shape,
                  std::size_t bytes,
                  std::size_t read_size,
                  std::string_view ns = hostile_namespaces().front()) {
    CAPTURE(std::string{shape.what});
    CAPTURE(ns.size());
    CAPTURE(read_size);
    CHECK(support::grows_evenly(bytes / support::growth, [&](std::size_t size) {
        return seconds_for(hostile_stanza(shape, size, ns), read_size);
    }));
}

} // namespace

TEST_CASE("C6: no shape of the size that servers let through ends the session") {
    for (const auto& shape : hostile_shapes()) {
        for (const auto ns : hostile_namespaces()) {
            CAPTURE(std::string{shape.what});
            CAPTURE(ns.size());
            const auto stanza = hostile_stanza(shape, let_through, ns);
            CHECK_NOTHROW(seconds_for(stanza, let_through));
            CHECK_NOTHROW(seconds_for(stanza, 1460));
        }
    }
}

TEST_CASE("hostile shapes: a row that is given a copy gets each of them once (contract 12)") {
    for (const auto& shape : hostile_shapes()) {
        for (const auto ns : hostile_namespaces()) {
            CAPTURE(std::string{shape.what});
            CAPTURE(ns.size());
            support::Stage stage;
            std::size_t copies = 0;
            std::string told;
            stage.client->on("message", [&](headstock::Element copy) {
                copies += copy.attribute("from") == "stranger@x";
            });
            stage.client->on_exception(
                [&](std::string_view row, const std::exception_ptr&) { told += row; });
            stage.says(hostile_stanza(shape, let_through, ns));
            CHECK(copies == 1);
            CHECK(told.empty());
        }
    }
}

TEST_CASE("hostile shapes: eight times the bytes cost nothing like their square") {
    for (const auto& shape : hostile_shapes()) {
        for (const auto ns : hostile_namespaces())
            check_growth(shape, let_through, let_through, ns);
        check_growth(shape, let_through, 16);
    }
}

TEST_CASE("hostile shapes: nor where they come byte by byte") {
    for (const auto& shape : hostile_shapes()) check_growth(shape, let_through / 4, 1);
}
