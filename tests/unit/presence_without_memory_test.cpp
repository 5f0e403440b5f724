// Presence for all is kept to be shown again (Options::reconnect).  Memory that runs out when it is
// sent leaves everything as it was.
#include "tests/support/heap_fault.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <new>
#include <string>

using headstock::Backoff, headstock::Element;
using support::SessionKit;
using test::HeapFault;

namespace {

// Too long for what a std::string holds in itself.
Element status(const std::string& word) {
    return headstock::presence().add("status", std::string(2000, word.front()) + word);
}

std::string xml(const std::string& word) {
    return "<presence><status>" + std::string(2000, word.front()) + word + "</status></presence>";
}

// With each allocation of one call that sends "new" failing in turn, after `before`.  What the
// session wrote, if there was one, and what the next one shows, is `old` or all of "new".
void sweep(const std::function<void(SessionKit&)>& before,
           const std::string& old,
           bool in_session) {
    std::size_t thrown = 0;
    for (std::size_t nth = 1;; ++nth) {
        CAPTURE(nth);
        auto options = support::in_clear();
        options.reconnect = Backoff{};
        SessionKit kit{options};
        before(kit);
        const auto presence = status("new");
        bool failed = false;
        HeapFault fault{nth};
        try {
            kit.client->send_stanza(presence);
        } catch (const std::bad_alloc&) {
            failed = true;
        }
        fault.lift();
        thrown += failed ? 1 : 0;
        if (in_session) {
            CHECK(kit.take() == (failed ? "" : xml("new")));
            CHECK(kit.client->unsent().empty());
            kit.lose();
        }
        kit.come_back();
        CHECK(kit.take() == (failed ? old : xml("new")));
        if (fault.asked() < nth) break;
    }
    CHECK(thrown > 0);
}

} // namespace

TEST_CASE("coming back: presence that lacks memory in a session is neither sent nor kept") {
    sweep(
        [](SessionKit& kit) {
            kit.login();
            kit.client->send_stanza(headstock::presence().add("status", "old"));
            kit.take();
        },
        "<presence><status>old</status></presence>", true);
}

TEST_CASE("coming back: presence that lacks memory between two sessions is not kept") {
    sweep(
        [](SessionKit& kit) {
            kit.login();
            kit.client->send_stanza(headstock::presence().add("status", "old"));
            kit.take();
            kit.lose();
        },
        "<presence><status>old</status></presence>", false);
}

TEST_CASE("coming back: the first presence that lacks memory leaves nothing to show") {
    sweep([](SessionKit& kit) { kit.login(), kit.take(); }, "", true);
}
