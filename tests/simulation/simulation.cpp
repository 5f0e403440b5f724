#include "tests/simulation/simulation.hpp"

#include "headstock/ns.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

namespace simulation {
namespace {

using headstock::Element;

constexpr std::string_view refused_without_count =
    "<failed xmlns='urn:xmpp:sm:3'><item-not-found "
    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>";
constexpr std::string_view shutdown =
    "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    "</stream:stream>";

headstock::Options options_for(const Plan& plan) {
    headstock::Options options;
    // RFC 6120's login, SASL2's, and that with Bind 2
    options.tls = plan.seed % 3 == 0 ? headstock::Tls::disabled : headstock::Tls::direct;
    options.bind2 = plan.seed % 3 == 2;
    options.insecure_plain_password = true; // SCRAM takes milliseconds each time
    options.reconnect = headstock::Backoff{};
    options.reconnect->before_first_session = true;
    options.resend_unconfirmed = plan.resends;
    return options;
}

// Between nothing and more than one read.
std::string body(Chance& chance) {
    return std::string(chance.one_in(50) ? 5000 : chance.below(120), 'x');
}

} // namespace

Simulation::Simulation(const Plan& plan)
    : plan_(plan), chance_(plan.seed), ledger_(plan.lossless, plan.resends), witness_(ledger_),
      wire_(options_for(plan), chance_) {}

Figures Simulation::run() {
    try {
        set_up();
        go();
        plan_.comes_to_rest ? come_to_rest() : end_client();
        check_end();
    } catch (const std::exception& broken) {
        throw Broken{"seed " + std::to_string(plan_.seed) + ", step " + std::to_string(steps_) +
                     ": " + broken.what() + "; " + figures().text()};
    }
    return figures();
}

void Simulation::set_up() {
    wire_.client.register_handler(witness_);
    wire_.client.on_exception([this](std::string_view row, const std::exception_ptr&) {
        ledger_.is_wrong("an exception in " + std::string{row});
    });
    if (std::getenv("HEADSTOCK_LOG") != nullptr) wire_.client.set_log(stdout);
    ledger_.hears_changes = chance_.one_in(2);
    if (ledger_.hears_changes) {
        wire_.client.on_event(
            [this](const headstock::DeliveryChanged& change) { ledger_.changes(change); });
    }
    if (const auto error = wire_.client.check()) throw Broken{error.message()};
    if (!plan_.lossless) return;
    // A session of which the client does not know that it can be resumed cannot be.
    wire_.connect();
    while (!wire_.managed() || !wire_.at_rest()) bytes_move();
}

void Simulation::go() {
    wire_.plays_with_acks = true;
    const auto enough = [this] {
        return ledger_.sent() >= plan_.messages && ledger_.said() >= plan_.messages &&
               cuts_ >= plan_.cuts;
    };
    while (!enough()) step();
}

void Simulation::step() {
    ++steps_;
    switch (chance_.below(8)) {
    case 0:
        client_does_something();
        break;
    case 1:
        server_does_something();
        break;
    case 2:
        time_passes();
        break;
    case 3:
        something_breaks();
        break;
    default:
        bytes_move();
    }
    if (!wire_.up()) wait_for_attempt();
    check();
}

void Simulation::check() {
    ledger_.check(wire_.client);
    if (chance_.one_in(200)) ledger_.check_unsent(wire_.client);
    const auto shown_again = plan_.lossless ? 1 : witness_.sessions;
    if (presences_got_ > presences_sent_ + shown_again)
        ledger_.is_wrong("the server got presence that nobody sent");
    if (!ledger_.wrong().empty()) throw Broken{ledger_.wrong()};
}

// --- what both sides do --------------------------------------------------------------------------

void Simulation::client_does_something() {
    if (chance_.one_in(20)) return client_asks();
    if (chance_.one_in(50)) {
        ++presences_sent_;
        wire_.client.send_stanza(headstock::presence());
        return;
    }
    // Without an end in sight the other direction catches up.
    if (ledger_.sent() > ledger_.said() + 1'000) return;
    for (auto n = 1 + chance_.below(8); n > 0; --n) client_sends();
}

void Simulation::client_sends() {
    const auto id = ledger_.next_id();
    ledger_.client_sends(wire_.client.send_stanza(
        headstock::message("juliet@example.org", body(chance_)).set("id", id)));
}

void Simulation::client_asks() {
    const auto index = requests_.size();
    requests_.push_back(0);
    const auto ended = [this, index](const headstock::Response&) {
        if (++requests_[index] > 1) ledger_.is_wrong("a request has ended twice");
    };
    const auto sent =
        wire_.client.request(headstock::iq_get().add(Element{"ping", headstock::ns::ping}), ended);
    if (!sent) ledger_.is_wrong("a request is refused: " + sent.error.message());
}

// Also while it has not noticed that the connection is gone.
void Simulation::server_does_something() {
    if (wire_.bound() && chance_.one_in(8)) {
        if (wire_.managed()) wire_.server.asks_for_ack();
        return;
    }
    if (wire_.managed() && ledger_.said() <= ledger_.sent() + 1'000) {
        for (auto n = 1 + chance_.below(8); n > 0; --n) server_says();
    } else if (wire_.bound() && !wire_.managed()) {
        wire_.server.says("<message from='juliet@example.org/b' id='" +
                          ledger_.server_says_early() + "'/>");
    }
}

void Simulation::server_says() {
    wire_.server.says(headstock::message("romeo@example.org/stage", body(chance_))
                          .set("from", "juliet@example.org/b")
                          .set("id", ledger_.server_says()));
}

void Simulation::bytes_move() {
    wire_.client_writes();
    if (chance_.one_in(2)) wire_.server_reads();
    read_stanzas();
    if (chance_.one_in(2)) wire_.client_reads();
    if (wire_.close_is_due()) {
        choose_resumption();
        wire_.close();
        read_stanzas();
    }
}

void Simulation::read_stanzas() {
    for (const auto& stanza : wire_.server.take_stanzas()) {
        const auto& element = stanza.element;
        if (element.local_name() == "message")
            ledger_.server_gets(std::string{element.attribute("id")},
                                static_cast<bool>(element.child("delay", headstock::ns::delay)));
        if (element.local_name() == "presence") ++presences_got_;
    }
}

// Now and then for longer than a server may be silent; but not for its answer to <enable/>, without
// which a client does without acknowledgements.
void Simulation::time_passes() {
    if (!wire_.up()) return;
    const bool enabling = wire_.bound() && !(wire_.managed() && wire_.at_rest());
    wire_.pass(chance_.one_in(100) && !enabling ? 90'000 : chance_.below(400));
}

// --- what breaks ---------------------------------------------------------------------------------

void Simulation::something_breaks() {
    if (!wire_.up()) return;
    const auto messages = ledger_.sent() + ledger_.said();
    const bool late = messages >= 2 * plan_.messages && chance_.one_in(20);
    if (steps_ < cut_at_step_ && messages < next_cut_ && !late) return;
    cut_at_step_ = UINT64_MAX;
    next_cut_ = messages + 1 + chance_.below(4 * plan_.messages / plan_.cuts + 1);
    if (!plan_.lossless && wire_.bound() && chance_.one_in(4)) return restart_server();
    choose_resumption();
    cut();
}

void Simulation::cut() {
    ++cuts_;
    wire_.cut();
    read_stanzas();
}

void Simulation::restart_server() {
    if (chance_.one_in(2)) wire_.server.says(shutdown);
    cut();
    wire_.server.settings().resume_answer = refused_without_count;
}

void Simulation::choose_resumption() {
    auto& settings = wire_.server.settings();
    settings.resume_answer.clear();
    settings.keeps_sessions = true;
    if (plan_.lossless || chance_.one_in(2)) return;
    if (chance_.one_in(2)) settings.resume_answer = refused_without_count;
    settings.keeps_sessions = false;
}

void Simulation::wait_for_attempt() {
    if (!wire_.wants_attempt()) wire_.pass(chance_.below(60'000));
    if (!wire_.wants_attempt()) return;
    if (chance_.one_in(5)) {
        ++failed_attempts_;
        wire_.fail_to_connect();
    } else {
        connect();
    }
}

// Logins are cut more often than their length would have it.
void Simulation::connect() {
    wire_.connect();
    if (chance_.one_in(4)) cut_at_step_ = steps_ + chance_.below(60);
}

// --- the end -------------------------------------------------------------------------------------

bool Simulation::at_rest() const {
    return wire_.client.ready() && wire_.client.output().empty() && wire_.at_rest() &&
           ledger_.open() == 0 && ledger_.last_heard() == ledger_.said() &&
           wire_.server.unacknowledged() == 0;
}

void Simulation::move_on() {
    if (wire_.wants_attempt()) return wire_.connect();
    bytes_move();
    check();
    if (!wire_.client.output().empty() || !wire_.at_rest()) return;
    if (wire_.managed() && wire_.bound()) wire_.server.asks_for_ack();
    wire_.pass(1'000);
}

// No fault any more: the client is back within two of its longest windows, and then all arrives.
void Simulation::come_to_rest() {
    wire_.plays_with_acks = false;
    choose_resumption();
    const auto within = [this](std::uint64_t milliseconds, auto done, const char* what) {
        const auto end = wire_.now() + milliseconds;
        while (!done()) {
            if (wire_.now() > end) throw Broken{what};
            move_on();
        }
    };
    const headstock::Backoff backoff;
    const auto windows = static_cast<std::uint64_t>(2 * backoff.longest.count());
    within(
        windows, [this] { return wire_.client.ready() && wire_.managed(); },
        "the client does not come back");
    client_sends(); // which asks for the acknowledgement that may have been lost
    server_says();
    within(
        120'000, [this] { return at_rest(); }, "not everything arrives");
    ledger_.check_unsent(wire_.client);
    wire_.client.stop();
    within(
        60'000, [this] { return wire_.client.over(); }, "the client does not end");
}

// Wherever it stands.
void Simulation::end_client() {
    ledger_.client_ends();
    wire_.client.stop();
    cut();
}

void Simulation::check_end() {
    if (!wire_.client.over() || !witness_.over()) ledger_.is_wrong("the client is not over");
    if (std::any_of(requests_.begin(), requests_.end(), [](auto times) { return times != 1; }))
        ledger_.is_wrong("a request has not ended");
    ledger_.check_end(wire_.client);
    if (!ledger_.wrong().empty()) throw Broken{ledger_.wrong()};
}

// --- figures -------------------------------------------------------------------------------------

Figures Simulation::figures() const {
    return {.sent = ledger_.sent(),
            .arrived = ledger_.arrived(),
            .unconfirmed = ledger_.unconfirmed(),
            .said = ledger_.said(),
            .heard = ledger_.heard(),
            .cuts = cuts_,
            .failed_attempts = failed_attempts_,
            .sessions = witness_.sessions,
            .resumptions = witness_.resumptions,
            .requests = requests_.size(),
            .hours = wire_.now() / 3'600'000,
            .doubled = ledger_.doubled,
            .out_of_order = ledger_.out_of_order};
}

std::string Figures::text() const {
    std::string text;
    const auto add = [&](const char* name, std::uint64_t figure) {
        text += (text.empty() ? "" : ", ") + std::string{name} + " " + std::to_string(figure);
    };
    add("sent", sent);
    add("arrived", arrived);
    add("unconfirmed", unconfirmed);
    add("said", said);
    add("heard", heard);
    add("cuts", cuts);
    add("failed attempts", failed_attempts);
    add("sessions", sessions);
    add("resumptions", resumptions);
    add("requests", requests);
    add("hours", hours);
    add("doubled", doubled);
    add("out of order", out_of_order);
    return text;
}

} // namespace simulation
