// A session in memory that has been brought into a state of tests/vectors/state_element.txt, and
// what a program can notice of what comes next.
#pragma once

#include "headstock/handlers.hpp"
#include "headstock/registration.hpp"
#include "headstock/session/session.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// Where a state of the table is in ours, and what is said to come there.
struct Place {
    headstock::detail::Phase phase;
    headstock::detail::State state = headstock::detail::State::negotiating;
    std::string_view said{};
};

/// Throws std::out_of_range for a state that is none.
const Place& place_of(const std::string& state);

class Played {
public:
    /// romeo@e.test/r, or the component e.test.
    explicit Played(const std::string& state);

    /// A word of the table's, said whole or byte by byte.
    void play(const std::string& word, bool in_bytes = false);
    /// The server says this.
    void hear(std::string_view text, bool in_bytes = false);
    /// What was written since the last call.
    std::string take();
    bool is_at(const std::string& state) const;
    bool lives() const { return session_.state() < headstock::detail::State::closed; }
    const headstock::detail::Session& session() const { return session_; }
    /// The connection is closed, behind the client's own end or the server's.
    void close();

    /// Has rows for all stanzas, and the hooks of the end.
    struct Witness {
        int heard = 0;
        int stopped = 0;
        int ended = 0;

        void stanza(const headstock::Tag&) { ++heard; }
        headstock::Ok question(const headstock::Tag&) {
            ++heard;
            return headstock::ok;
        }
        void stopping() { ++stopped; }
        void terminated() { ++ended; }
    };
    Witness witness{};
    std::string said{}; ///< Last, on the way.

private:
    // Has the form, and does not give it back.
    struct Slow {
        std::vector<headstock::RegistrationReply> kept{};
        void handle_register_form(headstock::RegistrationForm, headstock::RegistrationReply reply) {
            kept.push_back(std::move(reply));
        }
    };

    void expect(headstock::detail::Step step);
    std::string text_of(const std::string& word) const;
    headstock::detail::Settings settings();
    headstock::SavedState saved() const;
    std::string next_token();

    std::string state_;
    headstock::Register at_once_;
    Slow slow_;
    headstock::detail::Settings settings_;
    headstock::detail::Session session_;
    std::size_t tokens_ = 0;
};
HEADSTOCK_HANDLERS(Played::Witness,
                   on<&self::stanza>("message"),
                   on<&self::stanza>("presence"),
                   on<&self::question>("iq@type=get", "query", "urn:example:question"),
                   on<&self::question>("iq@type=set", "query", "urn:example:question"))

} // namespace support
