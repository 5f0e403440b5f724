// A type of someone else's, which may not be changed, becomes a handler by a table beside it.
#include "command_line.hpp"

#include <headstock/headstock.hpp>

#include <iostream>
#include <map>
#include <string>

namespace library { // not ours: no base class, no macro, no include of headstock in it
class Counter {
public:
    void count(const std::string& what) { ++seen_[what]; }
    void print(std::ostream& out) const {
        for (const auto& [what, times] : seen_) out << what << ": " << times << '\n';
    }

private:
    std::map<std::string, int> seen_;
};
} // namespace library

// Free functions take the object first.
void count_contact(library::Counter& counter, const bridge::Tag& item) {
    counter.count("contacts " + headstock::printable(item.attribute("subscription", "none")));
}
void count_query(library::Counter& counter, const bridge::Tag& query) {
    counter.count("answers in " + std::string{query.ns()});
}

template <>
inline constexpr auto headstock::handlers_of<library::Counter> = headstock::handlers(
    headstock::on<&count_contact>("item", headstock::ns::roster),
    headstock::on<&count_query>("iq@type=result", "query", headstock::ns::roster),
    headstock::on<&count_query>("iq@type=result", "query", headstock::ns::disco_info));

// What the counter cannot do: ask, and end.
struct Asker {
    void ready(headstock::AsyncClient& client) {
        client.send_stanza(headstock::roster_get());
        auto info = headstock::iq_get(client.jid().domain());
        client.request(info.add(bridge::Element{"query", headstock::ns::disco_info}),
                       [&client](const headstock::Response&) { client.stop(); });
    }
};

int main(int argc, char** argv) {
    examples::CommandLine line{
        "Counts roster items and answers with a type that knows nothing of XMPP."};
    line.parse(argc, argv);
    headstock::AsyncClient client{line.jid, line.password, line.options};
    if (line.debug) client.set_log(stdout);
    library::Counter counter;
    Asker asker;
    client.register_handler(counter);
    client.register_handler(asker);
    const auto error = client.run_until_signal();
    if (!line.quiet) counter.print(std::cout);
    return examples::report(error);
}
