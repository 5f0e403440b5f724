// How much memory a stanza takes while it passes through a row on its parts, whatever its size: a
// roster of 10,000 contacts, and one stanza of a GiB.
//
//     large_stanza [--mebibytes 1024]
#include "headstock/headstock.hpp"
#include "tests/bench/process_memory.hpp"
#include "tests/bench/stand_in_server.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace ns = headstock::ns;
using bench::StandInServer;
using bridge::Element, bridge::Tag;
using headstock::AsyncClient;

namespace {

constexpr std::string_view before = "<iq type='set' id='r'><query xmlns='jabber:iq:roster'>";
constexpr std::string_view after = "</query></iq>";
constexpr std::size_t items_in_part = 10'000;

// 10,000 contacts, of which every one is another.
std::string part() {
    std::string xml;
    for (std::size_t i = 0; i < items_in_part; ++i)
        xml += "<item jid='contact" + std::to_string(1'000'000 + i) + "@e.test' name='Somebody'/>";
    return xml;
}

// Reads the contacts and looks at the memory meanwhile, from inside: nothing is released by then.
class Reader {
public:
    explicit Reader(AsyncClient& client) : client_(client) {}

    void ready() {
        at_ready_ = peak_ = bench::resident_bytes();
        client_.send_stanza(headstock::presence());
    }
    void item(const Element& item) {
        characters_ += item.attribute("jid").size() + item.attribute("name").size();
        if (items_++ % 4096 == 0) look();
    }
    void end(const Tag&) {
        look();
        client_.stop();
    }

    void print(const std::string& what) const {
        std::printf(
            "%-24s %9zu items, resident %zu KiB when ready, %zu KiB at most: %zu KiB more\n",
            what.c_str(), items_, at_ready_ / 1024, peak_ / 1024, (peak_ - at_ready_) / 1024);
    }
    bool complete(std::size_t items) const {
        return items_ == items &&
               characters_ == items * std::string_view{"contact1000000@e.testSomebody"}.size();
    }

private:
    void look() { peak_ = std::max(peak_, bench::resident_bytes()); }

    AsyncClient& client_;
    std::size_t items_ = 0;
    std::size_t characters_ = 0;
    std::size_t at_ready_ = 0;
    std::size_t peak_ = 0;
};
HEADSTOCK_HANDLERS(Reader, on<&self::item>("item", ns::roster), on<&self::end>("message"))

bool measure(const std::string& what, std::size_t parts) {
    const StandInServer server{headstock::Tls::disabled, [parts](const StandInServer::Say& say) {
                                   const auto contacts = part();
                                   say(before);
                                   for (std::size_t i = 0; i < parts; ++i) say(contacts);
                                   say(after);
                                   say("<message/>");
                               }};
    AsyncClient client{"romeo@e.test", "secret", server.options()};
    Reader reader{client};
    client.register_handler(reader);
    if (const auto error = client.run()) std::fprintf(stderr, "%s\n", error.message().c_str());
    reader.print(what);
    return reader.complete(parts * items_in_part);
}

// What one measurement leaves behind would hide what the next one takes.
bool in_a_process_of_its_own(const std::function<bool()>& f) {
    const auto process = fork();
    if (process == 0) {
        const bool done = f();
        std::fflush(stdout);
        _exit(done ? 0 : 1);
    }
    int status = 1;
    waitpid(process, &status, 0);
    return status == 0;
}

} // namespace

int main(int argc, char** argv) {
    std::size_t mebibytes = 1024;
    CLI::App app{"Measures the memory that large stanzas take."};
    app.add_option("--mebibytes", mebibytes, "Size of the large stanza")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    const auto parts = (mebibytes << 20) / part().size() + 1;
    const bool small = in_a_process_of_its_own([] { return measure("a roster:", 1); });
    const bool large = in_a_process_of_its_own(
        [&] { return measure("a stanza of " + std::to_string(mebibytes) + " MiB:", parts); });
    return small && large ? 0 : 1;
}
