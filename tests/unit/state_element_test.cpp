// Every state of a stream against every element that it might be sent.  What comes of each is
// written by hand in tests/vectors/state_element.txt, and played here.
#include "tests/support/played_state.hpp"
#include "tests/support/state_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using headstock::Errc, headstock::detail::State, headstock::detail::Step;
using support::place_of, support::Played, support::state_table;

// What ends a client, and what it says before </stream:stream>.
struct Ending {
    std::vector<Errc> codes;
    std::string condition{};
};

const std::map<std::string, Ending> endings{
    {"no", {{Errc::unexpected_element}, "unsupported-stanza-type"}},
    {"alien", {{Errc::not_xmpp}}},
    {"malformed", {{Errc::not_well_formed}, "not-well-formed"}},
    {"restricted", {{Errc::restricted_xml}, "restricted-xml"}},
    {"told", {{Errc::stream_failed}}},
    {"lost", {{Errc::connection_lost}}},
    {"refused", {{Errc::tls_refused, Errc::not_authorized}}},
    {"unproved", {{Errc::server_not_verified}}},
    {"abort", {{Errc::sasl_failed, Errc::server_not_verified}}},
};

bool shows_credentials(std::string_view written) {
    for (const auto* const shown : {"<auth", "<response", "<handshake", "secret", "c2VjcmV0"}) {
        if (written.find(shown) != written.npos) return true;
    }
    return false;
}

// What leads on from a state, if anything does.
std::optional<std::string> way_on(const std::string& state) {
    for (const auto& element : state_table().elements) {
        const auto& cell = state_table().cell(element, state);
        if (cell.starts_with('>') && cell.substr(1) != state) return element;
    }
    return std::nullopt;
}

void check_arrival(Played& played, const std::string& from, const std::string& to) {
    CAPTURE(to);
    const auto written = played.take();
    CHECK(played.is_at(to));
    const bool ahead = to == "bind" && from == "new-features"; // it went out with the header
    if (ahead || place_of(to).said.empty())
        CHECK(written == "");
    else
        CHECK(written.starts_with(place_of(to).said));
    if (to != "ready" && to != "managed") return;
    played.play("r"); // which only who has stream management answers
    CHECK(played.take().starts_with(state_table().cell("r", to) == "ack" ? "<a " : ""));
}

// Nothing has happened, and what is due may still come.
void check_passed_over(Played& played, const std::string& state) {
    CHECK(played.take() == "");
    CHECK(played.witness.heard == 0);
    CHECK(played.is_at(state));
    if (const auto next = way_on(state)) {
        played.play(*next);
        check_arrival(played, state, state_table().cell(*next, state).substr(1));
    }
}

void check_kept(Played& played, const std::string& state) {
    CHECK(played.take() == "");
    CHECK(played.witness.heard == 0);
    played.play(way_on(state).value());
    const auto written = played.take();
    CHECK(played.session().state() == State::ready);
    CHECK((played.witness.heard == 1 || written.find("<a ") != written.npos));
    CHECK_FALSE(shows_credentials(written));
}

void check_heard(Played& played, std::string_view answer) {
    const auto written = played.take();
    CHECK(played.witness.heard == (answer == "<a " ? 0 : 1));
    CHECK(written.starts_with(answer));
    CHECK(written.empty() == answer.empty());
    CHECK(played.lives());
}

void check_end(Played& played, const std::string& state, const std::string& word) {
    const auto& ending = endings.at(word);
    const auto code = played.session().error().code;
    CHECK(std::any_of(ending.codes.begin(), ending.codes.end(),
                      [&](Errc each) { return code == each; }));
    std::string last;
    if (!state.ends_with("stopping")) {
        if (!ending.condition.empty())
            last = "<stream:error><" + ending.condition +
                   " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
        if (word == "abort")
            last = state.ends_with('2') || state == "token"
                       ? "<abort xmlns='urn:xmpp:sasl:2'/>"
                       : "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
        last += "</stream:stream>";
    }
    CHECK(played.take() == last);
    CHECK(played.witness.heard == 0);
    CHECK(played.session().step() == Step::close);
}

void check_outcome(Played& played, const std::string& state, const std::string& word) {
    if (word.starts_with('>')) return check_arrival(played, state, word.substr(1));
    if (word == "-") return check_passed_over(played, state);
    if (word == "kept") return check_kept(played, state);
    if (word == "heard") return check_heard(played, "");
    if (word == "answer") return check_heard(played, "<iq ");
    if (word == "ack") return check_heard(played, "<a ");
    if (word == "end" || word == "over") {
        CHECK(played.take() == "");
        CHECK(played.witness.heard == 0);
        CHECK_FALSE(played.session().error());
        CHECK(played.session().step() == Step::close);
        return;
    }
    if (endings.contains(word)) return check_end(played, state, word);
    FAIL("no such outcome");
}

void play_cell(const std::string& element, const std::string& state, const std::string& word) {
    for (const bool in_bytes : {false, true}) {
        CAPTURE(in_bytes);
        Played played{state};
        REQUIRE(played.is_at(state));
        played.play(element, in_bytes);
        check_outcome(played, state, word);
        played.close();
        CHECK(played.witness.stopped == 1);
        CHECK(played.witness.ended == 1);
    }
}

enum class About { login, session, component };

About about(const support::StateTable::Part& part) {
    if (part.title == "A component") return About::component;
    return part.title == "A client in its session" ? About::session : About::login;
}

void play_parts(About what) {
    std::size_t cells = 0;
    for (const auto& part : state_table().parts) {
        if (about(part) != what) continue;
        for (const auto& element : state_table().elements) {
            for (std::size_t i = 0; i < part.states.size(); ++i) {
                const auto& state = part.states[i];
                const auto& word = part.rows.at(element)[i];
                CAPTURE(state);
                CAPTURE(element);
                CAPTURE(word);
                play_cell(element, state, word);
                ++cells;
            }
        }
    }
    MESSAGE(cells, " cells");
    CHECK(cells > 0);
}

} // namespace

TEST_CASE("A4: every element in every state before there is a session, as the table has it") {
    play_parts(About::login);
}

TEST_CASE("D13: every element in every state of a session, as the table has it") {
    play_parts(About::session);
}

TEST_CASE("A4: every element in every state of a component, as the table has it") {
    play_parts(About::component);
}

TEST_CASE("A4: each state of the table is reached, by words that show what it should") {
    for (const auto& script : state_table().scripts) {
        const auto& state = script.first;
        CAPTURE(state);
        Played played{state};
        CHECK(played.is_at(state));
        const bool ahead = state == "bind"; // it went out with the header
        CHECK((ahead || played.said.starts_with(place_of(state).said)));
    }
}
