// Logs in by what the run before has left in a file, tells under which address, and leaves.
#include "examples/command_line.hpp"
#include "headstock/events.hpp"

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

headstock::SavedState read_state(const std::string& file) {
    std::ifstream in{file};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return headstock::SavedState::parse(text).value();
}

struct Visitor {
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    bool suspends = false;

    void ready(headstock::AsyncClient& client) { leave(client, "ready "); }
    void leave(headstock::AsyncClient& client, const char* word) {
        using namespace std::chrono;
        const auto took = duration_cast<milliseconds>(steady_clock::now() - begun);
        std::cout << word << client.jid().str() << "\nsession after " << took.count() << " ms\n";
        // long enough for the answer to <enable/>
        client.after(milliseconds{300},
                     [this, &client] { suspends ? client.suspend() : client.stop(); });
    }
};

} // namespace

int main(int argc, char** argv) {
    examples::CommandLine line{"Logs in by what the run before has left, and leaves."};
    std::string file;
    bool direct = false;
    bool forgets = false;
    bool older = false;
    Visitor visitor;
    line.require("--file", file, "where what it leaves is kept");
    line.allow("--direct", direct, "TLS from the first byte");
    line.allow("--bind2", line.options.bind2, "ask for a resource together with the login");
    line.allow("--suspend", visitor.suspends, "leave the session as well");
    line.allow("--no-sasl2", older, "log in as RFC 6120 has it");
    line.allow("--without-password", forgets, "log in by what was left and nothing else");
    line.parse(argc, argv);
    umask(S_IRWXG | S_IRWXO);
    if (direct) line.options.tls = headstock::Tls::direct;
    line.options.sasl2 = !older;
    line.options.saved_state = read_state(file);
    line.options.save_keys = true;
    headstock::AsyncClient client{line.jid, forgets ? "" : line.password, line.options};
    if (line.debug) client.set_log(stdout);
    client.register_handler(visitor);
    const auto error = client.run();
    std::ofstream{file} << client.saved_state().text();
    return examples::report(error);
}
