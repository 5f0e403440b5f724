// What a client leaves to the next client of its account, of this program or of its next run.
#pragma once

#include "headstock/export.hpp"
#include "headstock/jid.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headstock {

struct Error;

namespace detail {
struct StateParts;
} // namespace detail

/// The state that outlives a client: a value, tied to one account.  Options::saved_state takes it,
/// ClientApi::saved_state() gives it, and between two runs of a program text() is kept in a file.
///
///     headstock::Error error;
///     auto state = headstock::SavedState::parse(text_of_the_file, &error);
///     if (!state) ...               // this version cannot read it: error.message() says so
///     headstock::AsyncClient bot{jid, password, {.saved_state = state, .save_keys = true}};
///     bot.on_event([&](const headstock::SavedStateChanged&) { keep(bot.saved_state().text()); });
///
/// It also remembers that the account has logged in without showing its password, so that a later
/// client does not show it to a server that offers nothing else (Options::mechanisms).
///
/// Keep that file as private as a password (mode 0600): with has_session() it holds stanzas, and
/// with has_keys() or has_token() what logs in.
class HEADSTOCK_API SavedState {
public:
    /// Of a client that has not run yet.
    SavedState() = default;

    /// What text() of this version has given, or of an earlier one that wrote the same format.
    /// Otherwise nothing, and Errc::invalid_option in `error`.
    static std::optional<SavedState> parse(std::string_view text, Error* error = nullptr);
    /// Well-formed XML, in one line.  Empty before a client has run.
    std::string text() const;

    /// Whose it is, without a resource; the empty Jid before a client has run.
    Jid account() const;
    /// A random UUID (RFC 4122) that the first client was given and all that follow keep, by which
    /// a server may know one installation of a program among others (XEP-0388 section 2.3).
    std::string user_agent_id() const;
    /// It holds a session that ClientApi::suspend() has left.
    bool has_session() const;
    /// It holds the keys of a login by SCRAM (Options::save_keys).
    bool has_keys() const;
    /// It holds what the server has given to log in by the next time (Options::save_keys; FAST,
    /// XEP-0484).
    bool has_token() const;

private:
    friend struct detail::StateParts;
    std::shared_ptr<const detail::StateParts> parts_{};
};

} // namespace headstock
