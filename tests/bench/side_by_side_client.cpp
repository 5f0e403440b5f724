// The client that side-by-side measurements drive, written as a user of the library would write it.
//
// It logs in, reads what a stand-in server sends as fast as it can, answers the last message, and
// prints one line that begins with RESULT.
#include "headstock/headstock.hpp"
#include "tests/bench/never_paths.hpp"
#include "tests/bench/side_by_side_result.hpp"

#include <CLI/CLI.hpp>
#include <uv.h>

#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ns = headstock::ns;
using bridge::Element, bridge::Tag;
using headstock::AsyncClient;

namespace {

constexpr std::string_view server = "server@localhost"; // whose "END" is the last message
/// Reads sender, type and body of each message, and the sender of each presence.
class Reader {
public:
    Reader(const bench::Command& command, bench::Result& result, AsyncClient& client)
        : command_(command), result_(result), client_(client) {}

    void ready() {
        result_.ready();
        if (command_.mode == "login") return client_.stop();
        if (command_.mix == "m3") client_.send_stanza(headstock::roster_get());
        client_.send_stanza(headstock::presence());
    }
    void body(const Element& body, const Tag& message) {
        if (body.text() == "END" && message.attribute("from") == server) return end();
        result_.touched(body.text().size());
    }
    void message(const Tag& message) { // after its body, if it has one
        if (result_.ended()) return;
        result_.saw();
        result_.touched(message.attribute("from").size() + message.attribute("type").size());
    }
    void presence(const Tag& presence) {
        result_.saw();
        result_.touched(presence.attribute("from").size());
    }

private:
    void end() {
        result_.end();
        client_.send_stanza(headstock::message(server, "END"));
        client_.stop();
    }

    const bench::Command& command_;
    bench::Result& result_;
    AsyncClient& client_;
};
HEADSTOCK_HANDLERS(Reader,
                   on<&self::body>("message/body"),
                   on<&self::message>("message"),
                   on<&self::presence>("presence"))

/// Answers each message but the last with its body.
struct Echo {
    const bench::Result& result;

    Element message(const Element& message) {
        if (result.ended()) return {};
        return Element{"message", ns::client}
            .set("to", message.attribute("from"))
            .set("type", "chat")
            .add("body", message.child("body").text());
    }
};
HEADSTOCK_HANDLERS(Echo, on<&self::message>("message"))

/// Reads the contacts of the roster, from their tags.
struct Contacts {
    bench::Result& result;

    void contact(const Tag& item) {
        result.saw();
        for (const auto* name : {"jid", "name", "subscription"})
            result.touched(item.attribute(name).size());
    }
};
HEADSTOCK_HANDLERS(Contacts, on<&self::contact>("item", ns::roster))

/// The same where the groups of each contact are wanted too, and so its whole element.
struct WholeContacts {
    Contacts contacts;

    void contact(const Element& item) { contacts.contact(item); }
};
HEADSTOCK_HANDLERS(WholeContacts, on<&self::contact>("item", ns::roster))

headstock::Options options_of(const bench::Command& command, uv_loop_t* loop = nullptr) {
    headstock::Options options;
    options.hostname = command.host;
    options.port = command.port;
    options.tls = command.tls == "off" ? headstock::Tls::disabled : headstock::Tls::required;
    options.insecure_skip_verification = true; // the server's certificate is made up for the run
    options.insecure_plain_password = true;    // and so is the password
    options.loop = loop;
    return options;
}

// With the keys of the login before, if there was one.
headstock::Options with_state(headstock::Options options, const std::string& path) {
    if (path.empty()) return options;
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    options.saved_state = headstock::SavedState::parse(text).value_or(headstock::SavedState{});
    options.save_keys = true;
    return options;
}

int measure_one(const bench::Command& command) {
    AsyncClient client{command.jid, command.password,
                       with_state(options_of(command), command.state)};
    bench::Result result{command};
    Reader reader{command, result, client};
    Echo echo{result};
    Contacts contacts{result};
    WholeContacts whole_contacts{contacts};
    const auto never = [](const Tag&) { std::cerr << "a row was called that never matches\n"; };
    for (std::size_t i = 0; i + 1 < command.handlers; ++i) client.on(bench::never_paths[i], never);
    client.register_handler(reader);
    if (command.mode == "echo" || command.mode == "ping") client.register_handler(echo);
    if (command.mix == "m3" && command.item == "tag") client.register_handler(contacts);
    if (command.mix == "m3" && command.item == "element") client.register_handler(whole_contacts);
    result.connecting();
    if (const auto error = client.run()) std::cerr << error.message() << '\n';
    if (!command.state.empty()) std::ofstream{command.state} << client.saved_state().text();
    return result.print();
}

/// Many sessions on one loop, which do nothing.
class Idle {
public:
    explicit Idle(const bench::Command& command) : command_(command) {
        uv_loop_init(&loop_);
        uv_timer_init(&loop_, &timer_);
        timer_.data = this;
    }
    Idle(const Idle&) = delete;
    Idle& operator=(const Idle&) = delete;
    ~Idle() {
        clients_.clear();
        uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
        uv_run(&loop_, UV_RUN_DEFAULT);
        uv_loop_close(&loop_);
    }

    void ready(AsyncClient& client) {
        ++result_.up;
        client.send_stanza(headstock::presence());
        if (result_.up == command_.connections) stop_in(settling_ms);
    }
    void stopping(const headstock::Error& error) { std::cerr << error.message() << '\n'; }

    bench::IdleResult run() {
        result_.base_kb = bench::memory_kb("VmRSS");
        result_.begin_wall = bench::wall_us();
        for (std::size_t i = 0; i < command_.connections; ++i) {
            clients_.push_back(std::make_unique<AsyncClient>(command_.jid, command_.password,
                                                             options_of(command_, &loop_)));
            clients_.back()->register_handler(*this);
            static_cast<void>(clients_.back()->start()); // stopping() tells
        }
        stop_in(longest_ms);
        uv_run(&loop_, UV_RUN_DEFAULT);
        result_.full_kb = bench::memory_kb("VmRSS");
        return result_;
    }

private:
    static constexpr std::uint64_t settling_ms = 500;
    static constexpr std::uint64_t longest_ms = 60'000;

    void stop_in(std::uint64_t ms) {
        uv_timer_start(
            &timer_, [](uv_timer_t* timer) { uv_stop(timer->loop); }, ms, 0);
    }

    const bench::Command& command_;
    bench::IdleResult result_;
    uv_loop_t loop_{};
    uv_timer_t timer_{};
    std::vector<std::unique_ptr<AsyncClient>> clients_;
};

void read_command(CLI::App& app, bench::Command& command) {
    app.add_option("--host", command.host, "Address to connect to");
    app.add_option("--port", command.port);
    app.add_option("--jid", command.jid);
    app.add_option("--password", command.password);
    app.add_option("--mode", command.mode)
        ->check(CLI::IsMember({"firehose", "echo", "ping", "idle", "login"}));
    app.add_option("--mix", command.mix, "What the server will send: m1 to m5");
    app.add_option("--handlers", command.handlers, "Rows: this many less one never match")
        ->check(CLI::Range(std::size_t{1}, bench::never_paths.size() + 1));
    app.add_option("--conns", command.connections, "Sessions to hold in mode idle");
    app.add_option("--tls", command.tls)->check(CLI::IsMember({"off", "starttls"}));
    app.add_option("--item", command.item, "What is asked for of each contact of m3")
        ->check(CLI::IsMember({"tag", "element"}));
    app.add_option("--state", command.state, "File for the keys of a login, for the next run");
    app.add_option("--n", "How many stanzas will come; not needed");
}

} // namespace

int main(int argc, char** argv) {
    bench::Command command;
    CLI::App app{"Measures this library against a stand-in server."};
    read_command(app, command);
    CLI11_PARSE(app, argc, argv);
    if (command.mode != "idle") return measure_one(command);
    Idle idle{command};
    return idle.run().print(command);
}
