// Stream management (XEP-0198) when memory runs out: nothing is lost in silence, nothing is sent
// twice, whichever allocation fails.
#include "tests/support/heap_fault.hpp"
#include "tests/support/managed_kit.hpp"

#include <headstock/events.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

using headstock::Errc, headstock::Error;
using namespace support;
using test::HeapFault;

TEST_CASE("stream management: a stanza for which memory ran out was not taken") {
    std::size_t thrown = 0;
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        Managed kit;
        kit.enable();
        for (int i = 0; i < 9; ++i) kit.send(std::to_string(i));
        kit.take();
        kit.take();
        bool refused = false;
        const auto stanza = headstock::message("a@x", "hi").set("id", "tenth");
        HeapFault fault{nth};
        try {
            (void)kit.client->send_stanza(stanza);
        } catch (const std::bad_alloc&) {
            refused = true;
        }
        const auto asked = fault.asked();
        fault.lift();
        if (refused) {
            ++thrown;
            CHECK(kit.client->unsent().size() == 9);
            CHECK(ids(kit.take()) == "");
        }
        if (asked < nth) break;
    }
    CHECK(thrown > 0);
}

TEST_CASE("stream management: a resumption for which memory runs out sends nothing twice") {
    for (const bool wants : {false, true}) {
        CAPTURE(wants);
        for (std::size_t nth = 1;; ++nth) {
            CAPTURE(nth);
            Managed kit;
            kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
            if (wants) kit.client->on_event([](const headstock::DeliveryChanged&) {});
            kit.enable();
            kit.send("1");
            kit.send("2");
            kit.send("3");
            kit.take();
            kit.lose();
            kit.answer_resume("<resumed xmlns='urn:xmpp:sm:3' previd='s&apos;1' h='2'/>");
            kit.wait_for_next_try();
            std::size_t asked = 0;
            {
                HeapFault fault{nth};
                kit.try_login([&] { return test::HeapSpared{}; });
                asked = fault.asked();
                fault.lift();
            }
            std::string sent = kit.take();
            if (!kit.client->ready() && !kit.client->over()) {
                kit.client->disconnected();
                if (!kit.client->over()) kit.come_back();
                sent += kit.take();
            }
            CHECK(count(sent, "id='1'") == 0);
            CHECK(count(sent, "id='2'") == 0);
            if (asked < nth) break;
        }
    }
}

TEST_CASE(
    "stream management: a refused resumption for which memory runs out loses nothing in silence") {
    for (const auto* answer :
         {"<failed xmlns='urn:xmpp:sm:3'/>", "<failed xmlns='urn:xmpp:sm:3' h='1'/>"}) {
        CAPTURE(answer);
        for (std::size_t nth = 1;; ++nth) {
            CAPTURE(nth);
            Managed kit;
            std::string told;
            kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
            kit.client->on_event([&](const headstock::Unconfirmed& e) {
                test::HeapSpared spared;
                for (const auto& one : e.stanzas) told += one.id + " ";
            });
            kit.enable();
            kit.send("1");
            kit.send("2");
            kit.send("3");
            kit.take();
            kit.lose();
            kit.send("4");
            kit.answer_resume(answer);
            kit.wait_for_next_try();
            std::size_t asked = 0;
            {
                HeapFault fault{nth};
                kit.try_login([&] { return test::HeapSpared{}; });
                asked = fault.asked();
                fault.lift();
            }
            std::string sent = kit.take();
            if (!kit.client->ready() && !kit.client->over()) {
                kit.client->disconnected();
                if (!kit.client->over()) kit.come_back();
                sent += kit.take();
            }
            CAPTURE(told);
            CHECK(count(told, "2 ") + count(sent, "id='2'") == 1);
            CHECK(count(told, "3 ") + count(sent, "id='3'") == 1);
            CHECK(count(told, "4 ") + count(sent, "id='4'") == 1);
            if (answer[29 + 1] == 'h') CHECK(count(told, "1 ") == 0);
            if (asked < nth) break;
        }
    }
}

TEST_CASE("stream management: a loss for which memory runs out loses nothing in silence") {
    for (const bool fatal : {false, true}) {
        for (std::size_t nth = 1;; ++nth) {
            CAPTURE(nth);
            CAPTURE(fatal);
            Managed kit;
            std::string told;
            kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
            kit.client->on_event([&](const headstock::Unconfirmed& e) {
                test::HeapSpared spared;
                for (const auto& one : e.stanzas) told += one.id + " ";
            });
            kit.enable();
            kit.send("1");
            kit.client->send_stanza(headstock::presence());
            kit.send("2");
            kit.take();
            kit.send("3");
            std::size_t asked = 0;
            const Error lost{Errc::connection_lost, "the cable is cut"};
            {
                HeapFault fault{nth};
                if (fatal) kit.says("</stream:stream>");
                fatal ? kit.client->disconnected() : kit.client->disconnected(lost);
                asked = fault.asked();
                fault.lift();
            }
            if (kit.client->over()) {
                for (const auto& one : kit.client->unsent()) told += one.id + " ";
                CHECK(count(told, "1 ") >= 1);
                CHECK(count(told, "2 ") >= 1);
                CHECK(count(told, "3 ") >= 1);
            } else {
                kit.resume(0);
                told += ids(kit.take());
                CHECK(count(told, "1 ") == 1);
                CHECK(count(told, "2 ") == 1);
                CHECK(count(told, "3 ") == 1);
            }
            if (asked < nth) break;
        }
    }
}

// The event may lack the id then, and has the number.
TEST_CASE("stream management: memory runs out at an acknowledgement") {
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        Managed kit;
        kit.client->on_exception([](std::string_view, const std::exception_ptr&) {});
        std::vector<std::uint64_t> told;
        kit.client->on_event([&](const headstock::DeliveryChanged& event) {
            const test::HeapSpared spared;
            told.push_back(event.number);
        });
        kit.enable();
        const auto one = kit.send("a-long-identifier-of-the-first");
        const auto two = kit.send("a-long-identifier-of-the-second");
        kit.take();
        const auto both = ack(2);
        HeapFault fault{nth};
        kit.says(both);
        const auto asked = fault.asked();
        fault.lift();
        if (kit.client->wants_close()) kit.client->disconnected();
        CHECK(told == std::vector{one.number, two.number});
        if (asked < nth) break;
    }
}
