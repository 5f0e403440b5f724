// Where a test of handlers begins: a client that is logged in, and a place to note what was called.
#pragma once

#include "tests/support/session_kit.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// Notes, in order; take() gives them as one line, "a b c", and forgets them.
class Notes {
public:
    void add(std::string_view note) { notes_.append(notes_.empty() ? "" : " ").append(note); }
    std::string take() { return std::exchange(notes_, {}); }

private:
    std::string notes_;
};

/// SessionKit behind its login, with everything read that the login wrote.
class Stage : public SessionKit {
public:
    explicit Stage(headstock::Options options = in_clear()) : SessionKit{std::move(options)} {
        login();
        take();
    }

    /// A function for a row, that notes `word`.
    auto noting(std::string_view word) {
        return [this, word = std::string{word}](const headstock::Tag&) { seen.add(word); };
    }
    /// What the client wrote when the server said this.
    std::string answer_to(std::string_view xml) {
        says(xml);
        return take();
    }
    /// What the rows noted when the server said this.
    std::string seen_in(std::string_view xml) {
        says(xml);
        return seen.take();
    }
    /// Keep the lines of the log from now on, without their times.
    void keep_log() {
        client->set_log(
            [this](std::string_view line) { log += std::string{line.substr(25)} + '\n'; });
    }

    Notes seen;
    std::string log;
};

/// An iq result or error as the client writes it to romeo's asker.
inline std::string empty_result(std::string_view id, std::string_view to) {
    return "<iq to='" + std::string{to} + "' type='result' id='" + std::string{id} + "'/>";
}
inline std::string error_answer(std::string_view id,
                                std::string_view to,
                                std::string_view condition,
                                std::string_view type = "cancel") {
    return "<iq to='" + std::string{to} + "' type='error' id='" + std::string{id} +
           "'><error type='" + std::string{type} + "'><" + std::string{condition} +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
}

} // namespace support
