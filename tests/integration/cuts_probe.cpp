// Two clients exchange numbered messages by way of a real server, while the connection of one of
// them is cut again and again; then it is told what came of each message.
//
// -j and the password are the client's whose connection goes through a proxy that cuts it; --peer
// is the other one, with the same password.  What the log of the first says is counted beside.
#include "examples/command_line.hpp"
#include "headstock/events.hpp"
#include "tests/support/fault_proxy.hpp"
#include "tests/support/wire_ledger.hpp"

#include <uv.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using headstock::AsyncClient, headstock::Element;
using namespace std::chrono_literals;

namespace {

/// The messages of one direction.
struct Direction {
    std::uint64_t sent = 0;
    std::uint64_t doubled = 0;
    std::uint64_t resent_again = 0; ///< Came twice, as it may.
    std::uint64_t out_of_order = 0;
    std::map<std::uint64_t, std::uint64_t> again{}; ///< How often what came more than once.
    std::vector<bool> arrived{};
    std::uint64_t last = 0;
    std::uint64_t count = 0;

    /// `resent`: the server says that it was sent before, and may say it again.
    void comes(std::string_view id, bool resent = false) {
        constexpr std::string_view prefix = "number-";
        if (!id.starts_with(prefix)) return; // a receipt, or whatever the server adds
        const std::uint64_t n = std::stoull(std::string{id.substr(prefix.size())});
        if (arrived.size() <= n) arrived.resize(n + 1);
        if (arrived[n]) {
            ++(resent ? resent_again : doubled);
            ++again[n];
            return;
        }
        arrived[n] = true;
        ++count;
        if (n < last) ++out_of_order;
        last = std::max(last, n);
    }
    Element next(const std::string& to) {
        return headstock::message(to, "hi").set("id", id_of(++sent));
    }
    static std::string id_of(std::uint64_t n) { return "number-" + std::to_string(n); }
    bool has(std::uint64_t n) const { return n < arrived.size() && arrived[n]; }
};

// That no archive is kept (XEP-0313): a server's takes longer for a message than its delivery.
void keep_no_archive(AsyncClient& client) {
    auto prefs = Element{"prefs", "urn:xmpp:mam:2"}.set("default", "never");
    prefs.append("always");
    prefs.append("never");
    client.request(headstock::iq_set().add(prefs), [](const headstock::Response& response) {
        if (!response) std::fprintf(stderr, "the archive: %s\n", response.message().c_str());
    });
}

class Exchange {
public:
    Exchange(AsyncClient& cut,
             AsyncClient& peer,
             support::FaultProxy& proxy,
             unsigned messages,
             unsigned cuts,
             bool ejabberd)
        : cut_(cut), peer_(peer), proxy_(proxy), messages_(messages), cuts_(cuts),
          ejabberd_(ejabberd) {
        cut.register_handler(mine_);
        peer.register_handler(theirs_);
        cut.on_event([this](const headstock::Unconfirmed& event) {
            for (const auto& stanza : event.stanzas)
                if (stanza.stanza == "message") unconfirmed_.insert(stanza.id);
        });
        cut.set_log([this](std::string_view line) { ledger_.read(line); });
        cut.on_event([this](const headstock::DeliveryChanged& change) {
            resumable_ = resumable_ || change.state == headstock::DeliveryState::acked;
        });
        cut.every(2ms, [this] { turn(); });
    }

    void report() const;
    /// Nothing is lost that was not told, nor doubled, and all our counts are true.
    bool is_right() const;

private:
    /// The client whose connection is cut.
    struct Mine {
        Exchange& exchange;
        std::uint64_t sessions = 0;
        std::uint64_t resumptions = 0;

        void ready(AsyncClient& client) {
            ++sessions;
            exchange.resumable_ = false;
            exchange.gone_ = exchange.to_cut_.sent; // what a lost session had is not waited for
            client.send_stanza(headstock::presence());
            keep_no_archive(client);
        }
        void resumed() { ++resumptions; }
        void stopping() { exchange.peer_.stop(); }
        // What was not acknowledged in a session that is given up comes again in the next one.
        void message(const Element& message) {
            const bool resumed_twice = exchange.ejabberd_ && exchange.ledger_.unanswered() > 0;
            const bool delayed{message.child("delay", headstock::ns::delay)};
            exchange.to_cut_.comes(message.attribute("id"),
                                   delayed && (sessions > 1 || resumed_twice));
        }
        friend HEADSTOCK_HANDLERS(Mine, on<&self::message>("message@type=chat"))
    };
    struct Theirs {
        Exchange& exchange;
        bool there = false;

        void ready(AsyncClient& client) {
            there = true;
            client.send_stanza(headstock::presence());
            keep_no_archive(client);
        }
        void stopping() { exchange.cut_.stop(); }
        void message(const Element& message) { exchange.to_peer_.comes(message.attribute("id")); }
        friend HEADSTOCK_HANDLERS(Theirs, on<&self::message>("message@type=chat"))
    };

    void turn();
    void send();
    void maybe_cut();
    void cut();
    bool all_settled() const;
    std::uint64_t denied() const;
    std::uint64_t to_cut_settled() const { return std::max(to_cut_.last, gone_); }
    std::uint64_t lost_to_peer() const;

    // A server keeps some hundreds for a client that is away: Prosody 500.
    static constexpr std::uint64_t on_their_way = 100;
    static constexpr auto patience = 60s;
    // Prosody 0.12 goes on with the parser of the connection that is lost, so it ends a session
    // that was cut in the middle of a stanza of ours.  So most cuts come when it has acknowledged
    // all but a few, for which the client does not ask at once.
    static constexpr std::uint64_t a_few = 10;
    static constexpr unsigned cuts_without_pause = 10; // one in so many

    AsyncClient& cut_;
    AsyncClient& peer_;
    support::FaultProxy& proxy_;
    unsigned messages_;
    unsigned cuts_;
    bool ejabberd_; ///< With its two faults; see cuts.py.
    unsigned done_ = 0;
    Mine mine_{*this};
    Theirs theirs_{*this};
    Direction to_peer_;
    Direction to_cut_;
    support::WireLedger ledger_; ///< Of the client that is cut.
    std::set<std::string> unconfirmed_;
    std::mt19937 chance_{std::random_device{}()};
    std::uint64_t next_cut_ = 0;
    std::uint64_t gone_ = 0;
    bool cut_is_due_ = false;
    bool pauses_ = false;
    bool resumable_ = false; ///< An acknowledgement has come in this session.
    std::chrono::steady_clock::time_point moved_ = std::chrono::steady_clock::now();
    std::uint64_t seen_ = 0;
};

void Exchange::turn() {
    if (mine_.sessions == 0 || !theirs_.there) return;
    send();
    maybe_cut();
    const auto now = std::chrono::steady_clock::now();
    const auto count = to_peer_.count + to_cut_.count + done_;
    if (seen_ != count) moved_ = now;
    seen_ = count;
    const bool sent = to_peer_.sent >= messages_ && to_cut_.sent >= messages_ && done_ >= cuts_;
    if ((sent && all_settled()) || now - moved_ > patience) cut_.stop();
}

void Exchange::send() {
    const auto waiting = cut_.unsent().size();
    if (cut_is_due_ && (!pauses_ || waiting < a_few)) return cut();
    for (std::size_t i = 0; i < 8; ++i) {
        if (!(cut_is_due_ && pauses_) && to_peer_.sent < messages_ && waiting + i < on_their_way)
            cut_.send_stanza(to_peer_.next(peer_.jid().str()));
        if (to_cut_.sent < messages_ && to_cut_.sent - to_cut_settled() < on_their_way)
            peer_.send_stanza(to_cut_.next(cut_.jid().str()));
    }
}

// At even distances.
void Exchange::maybe_cut() {
    const auto all = to_peer_.sent + to_cut_.sent;
    const bool late = all >= std::uint64_t{2} * messages_;
    next_cut_ = std::uint64_t{2} * messages_ * (done_ + 1) / (cuts_ + 1);
    if (done_ >= cuts_ || cut_is_due_ || !resumable_ || !cut_.ready() || (all < next_cut_ && !late))
        return;
    cut_is_due_ = true;
    pauses_ = chance_() % cuts_without_pause != 0;
}

// And one in four again, in the login that follows.
void Exchange::cut() {
    cut_is_due_ = false;
    ++done_;
    chance_() % 2 == 0 ? proxy_.reset() : proxy_.finish();
    if (chance_() % 4 != 0) return;
    cut_.after(std::chrono::milliseconds{chance_() % 120}, [this] {
        ++done_;
        proxy_.reset();
    });
}

bool Exchange::all_settled() const {
    return cut_.ready() && cut_.unsent().empty() && to_cut_settled() == to_cut_.sent &&
           to_peer_.count + lost_to_peer() + unconfirmed_.size() >= to_peer_.sent;
}

// Neither there nor told.
std::uint64_t Exchange::lost_to_peer() const {
    std::uint64_t lost = 0;
    for (std::uint64_t n = 1; n <= to_peer_.sent; ++n)
        if (!to_peer_.has(n) && !unconfirmed_.contains(Direction::id_of(n))) ++lost;
    return lost;
}

// Of what came twice: what the server had said it had not, so that it was sent again.
std::uint64_t Exchange::denied() const {
    std::uint64_t all = 0;
    for (const auto& [n, times] : to_peer_.again)
        all += std::min(times, ledger_.denied(Direction::id_of(n)));
    return all;
}

void Exchange::report() const {
    const auto show = [](const char* what, std::uint64_t figure) {
        std::printf("%-34s %llu\n", what, static_cast<unsigned long long>(figure));
    };
    show("cuts", done_);
    show("resumptions", mine_.resumptions);
    show("resumptions that failed", mine_.sessions - 1);
    show("sent", to_peer_.sent);
    show("arrived", to_peer_.count);
    show("told as unconfirmed", unconfirmed_.size());
    show("lost", lost_to_peer());
    show("doubled", to_peer_.doubled);
    show("doubled, and had been denied", denied());
    show("out of order", to_peer_.out_of_order);
    show("sent to the client that was cut", to_cut_.sent);
    show("arrived there", to_cut_.count);
    show("lost there", to_cut_.sent - to_cut_.count);
    show("doubled there", to_cut_.doubled);
    show("doubled there, as it may be", to_cut_.resent_again);
    show("out of order there", to_cut_.out_of_order);
    show("sent again though acknowledged", ledger_.sent_though_acknowledged());
    show("wrong counts of ours", ledger_.wrong_counts());
    show("resumptions without an answer", ledger_.unanswered());
}

bool Exchange::is_right() const {
    const bool all_sent = to_peer_.sent >= messages_ && to_cut_.sent >= messages_;
    const bool counted = ledger_.resumptions() == mine_.resumptions &&
                         ledger_.sent_though_acknowledged() == 0 && ledger_.wrong_counts() == 0;
    const bool right = lost_to_peer() == 0 && to_peer_.out_of_order == 0 &&
                       to_peer_.doubled == (ejabberd_ ? denied() : 0);
    // What is lost with a session that the server gives up is its own affair, and ejabberd 23.01
    // says what is new between what it says again.
    const bool kept = mine_.sessions > 1 || to_cut_.count == to_cut_.sent;
    return all_sent && done_ >= cuts_ && counted && right && kept && to_cut_.doubled == 0;
}

// For a thousand cuts in minutes: a client comes back at once.
headstock::Backoff hasty() {
    headstock::Backoff backoff;
    backoff.first = backoff.first_own = 20ms;
    backoff.longest = 200ms;
    backoff.good_session = 100ms;
    backoff.before_first_session = true;
    return backoff;
}

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Exchanges messages while a connection is cut."};
    std::string peer_jid;
    unsigned messages = 2'000;
    unsigned cuts = 20;
    bool ejabberd = false;
    line.require("--peer", peer_jid, "the account of the client whose connection is not cut");
    line.allow("--messages", messages, "in each direction");
    line.allow("--cuts", cuts, "how often");
    line.allow("--ejabberd", ejabberd, "the server is ejabberd, with its faults");
    line.parse(argc, argv);
    support::FaultProxy proxy{line.options.port};
    line.options.loop = uv_default_loop();
    AsyncClient peer{peer_jid, line.password, line.options};
    line.options.port = proxy.port();
    line.options.reconnect = hasty();
    // A session of Prosody's that was cut in the middle of a stanza may hear nothing any more.
    line.options.liveness = line.options.timeouts.alive = 5s;
    AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    Exchange exchange{client, peer, proxy, messages, cuts, ejabberd};
    for (auto* each : {&peer, &client}) {
        if (const auto error = each->start()) return examples::report(error);
    }
    const auto begin = std::chrono::steady_clock::now();
    uv_run(line.options.loop, UV_RUN_DEFAULT);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    exchange.report();
    std::printf("%-34s %.1f\n", "seconds", took.count());
    for (const auto* each : {&peer, &client}) {
        if (each->error()) examples::report(each->error());
    }
    return exchange.is_right() ? 0 : 1;
}
