// headstock-explain: why would a handler be called for this stanza, and why not?  All of the answer
// is ClientApi::explain's; here are files, words and a session to ask in.
#include "programs/headstock_explain/bad_input.hpp"
#include "programs/headstock_explain/command_line.hpp"
#include "programs/headstock_explain/input.hpp"
#include "programs/headstock_explain/saved_stanza.hpp"
#include "programs/headstock_explain/session.hpp"
#include "programs/headstock_explain/table.hpp"

#include "headstock/explanation.hpp"
#include "headstock/printable.hpp"

#include <exception>
#include <iostream>
#include <string>
#include <string_view>

namespace explaining {
namespace {

constexpr int a_row_matched = 0;
constexpr int none_matched = 1;
constexpr int cannot_tell = 2;

std::string_view word_of(headstock::Fit fit) {
    using headstock::Fit;
    switch (fit) {
    case Fit::matched:
        return "matched";
    case Fit::name:
        return "name";
    case Fit::ns:
        return "namespace";
    case Fit::path:
        return "path";
    case Fit::type:
        return "type";
    case Fit::sender:
        return "sender";
    case Fit::id:
        return "id";
    case Fit::state:
        return "state";
    case Fit::guard:
        return "guard";
    case Fit::forged:
        return "forged";
    case Fit::budget:
        return "budget";
    case Fit::payload:
        return "payload";
    }
    return "unknown";
}

headstock::Jid jid_of(std::string_view text) {
    headstock::Error why;
    const auto jid = headstock::Jid::parse(text, &why);
    if (!jid) throw BadInput(headstock::printable(why.message()));
    return *jid;
}

// The resource of a client that was named without one matters to no row.
headstock::Jid full(const headstock::Jid& jid) {
    if (!jid.is_bare()) return jid;
    return headstock::Jid{jid.str() + "/headstock-explain"};
}

Identity who_is(const CommandLine& line, const bridge::Element& stanza) {
    if (!line.component.empty()) return {jid_of(line.component), true, line.session};
    if (line.jid.empty() && !stanza.has_attribute("to"))
        throw BadInput("the stanza has no 'to': say who the client is with --jid, or --component");
    const auto jid = jid_of(line.jid.empty() ? stanza.attribute("to") : line.jid);
    return {full(jid), false, line.session};
}

void finish_output() {
    if (!std::cout.flush()) throw BadInput("standard output cannot be written");
}

// One line a row; whether one is called.
bool print(const std::string& table,
           const std::vector<WrittenRow>& rows,
           const headstock::Explanation& explanation) {
    bool matched = false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& said = explanation.rows.at(i);
        std::cout << table << ':' << rows[i].line << ": " << headstock::printable(rows[i].text);
        if (said.fit == headstock::Fit::matched) {
            std::cout << ": matched\n";
            matched = true;
        } else {
            std::cout << ": not called (" << word_of(said.fit) << "): " << said.why << '\n';
        }
    }
    finish_output();
    return matched;
}

int run(const CommandLine& line) {
    const auto table = read_input(line.table); // borrowed by the session
    const auto stanza = read_stanza(line.stanza);
    Session session{who_is(line, stanza)};
    const auto name = name_of(line.table);
    const auto rows = add_table(session.client(), name, table);
    if (line.asked) session.has_asked(stanza);
    const bool matched = print(name, rows, session.client().explain(stanza));
    return matched ? a_row_matched : none_matched;
}

} // namespace
} // namespace explaining

int main(int argc, char** argv) {
    try {
        const auto line = explaining::read_command_line(argc, argv);
        if (line) return explaining::run(*line);
        explaining::finish_output();
        return 0;
    } catch (const explaining::BadInput& why) {
        std::cerr << why.what() << '\n';
    } catch (const std::exception& why) {
        std::cerr << "headstock-explain: " << headstock::printable(why.what()) << '\n';
    }
    return explaining::cannot_tell;
}
