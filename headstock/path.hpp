// Which element a row is about, read at compile time: `stanza[@type=t][/step...]`, or one name; and
// Match, which adds from whom, and when.
//
// A step is `name` (in the namespace of the step before it), `{ns}name`, or `{ns}` (any element of
// it).  A mistake in a path is a compile error whose text says what is wrong; in one that is read
// at run time it is an exception with that text.
#pragma once

#include "bridge/detail/ncname.hpp"
#include "bridge/name.hpp"
#include "headstock/export.hpp"
#include "headstock/ns.hpp"
#include "headstock/stanza.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace headstock {

/// A path from the stanza down, or one name at any depth.  Constants make one, or at_run_time(); it
/// borrows what it is made of.
struct Path {
    static constexpr std::size_t longest = 6;

    std::array<bridge::Name, longest> step{}; ///< A step without a local name stands for any.
    std::size_t steps = 0;
    StanzaType type = StanzaType::any;
    bool from_stanza = false; ///< Begins at the stanza; otherwise it is one name at any depth.

    // A path reads as the text it is made of.  NOLINTNEXTLINE(google-explicit-constructor)
    consteval Path(const char* text) : Path(std::string_view{text}) {}
    consteval Path(std::string_view text) { read(text); } // NOLINT(google-explicit-constructor)
    /// A name at any depth, as in `{"item", ns::roster}`.
    consteval Path(std::string_view local, std::string_view ns) { read(local, ns); }
    /// A stanza (with its type, if wanted) and the name of its payload.
    consteval Path(std::string_view stanza, std::string_view local, std::string_view ns) {
        read(stanza, local, ns);
    }

    /// The path that the constructor makes of the same text, where that is no constant, as when it
    /// comes from a file.  The text must live as long as the path and every row that is made of it.
    /// Throws std::invalid_argument where a constant would not compile, with the same words.
    HEADSTOCK_API static Path at_run_time(std::string_view text);
    HEADSTOCK_API static Path at_run_time(std::string_view local, std::string_view ns);
    HEADSTOCK_API static Path
    at_run_time(std::string_view stanza, std::string_view local, std::string_view ns);

    /// This path and one step more.
    consteval Path operator/(bridge::Name name) const {
        if (!from_stanza) throw "headstock: a path begins with message, presence or iq";
        check_local(name.local);
        Path longer = *this;
        longer.push(name);
        return longer;
    }

    /// The element the path ends in.
    constexpr const bridge::Name& last() const { return step[steps - 1]; }
    /// It ends in something inside a stanza, not in the stanza itself.
    constexpr bool inside_stanza() const { return !from_stanza || steps > 1; }

    /// A namespace of the session's own.
    static constexpr bool is_stream_level(std::string_view ns) {
        return ns == ns::stream || ns == ns::tls || ns == ns::sasl || ns == ns::streams;
    }

private:
    constexpr Path() = default;

    constexpr void read(std::string_view text) {
        parse(text);
        if (!from_stanza)
            throw "headstock: give a local name and a namespace, or a path from the stanza";
    }
    constexpr void read(std::string_view local, std::string_view ns) {
        check_local(local);
        if (ns.empty()) throw "headstock: the namespace of a row is empty";
        from_stanza = ns == ns::client && is_stanza(local);
        push({local, ns});
    }
    constexpr void read(std::string_view stanza, std::string_view local, std::string_view ns) {
        parse(stanza);
        if (!from_stanza) throw "headstock: a path begins with message, presence or iq";
        check_local(local);
        push({local, ns});
    }

    static constexpr bool is_stanza(std::string_view local) {
        return local == "message" || local == "presence" || local == "iq";
    }

    static constexpr void check_local(std::string_view local) {
        if (local.empty()) throw "headstock: a row has an empty name";
        for (const char c : local) {
            if (c == ':') throw "headstock: give {namespace}name, not a prefix";
            if (c == '/' || c == '@' || c == '{' || c == '}' || c == ' ')
                throw "headstock: a path goes alone: on<...>(path), without a namespace beside it";
        }
        if (bridge::detail::first_outside_name(local) != local.npos)
            throw "headstock: no element can have this name: XML 1.0 does not allow it";
    }

    constexpr void push(bridge::Name name) {
        if (steps == longest) throw "headstock: a path has more than six steps";
        if (is_stream_level(name.ns))
            throw "headstock: the session keeps stream-level elements to itself";
        step[steps++] = name;
    }

    constexpr void parse(std::string_view text) {
        std::size_t at = 0;
        do {
            at = parse_step(text, at);
        } while (at++ < text.size());
        from_stanza = is_stanza(step[0].local) && step[0].ns == ns::client;
        if (!from_stanza && steps > 1)
            throw "headstock: a path begins with message, presence or iq";
        if (type != StanzaType::any) check_type();
    }

    // Reads one step that begins at `at`; gives the position of the '/' behind it, or the end.
    constexpr std::size_t parse_step(std::string_view text, std::size_t at) {
        std::string_view ns = steps == 0 ? ns::client : step[steps - 1].ns;
        bool any = false;
        if (at < text.size() && text[at] == '{') {
            const auto close = text.find('}', at);
            if (close == text.npos) throw "headstock: a path has '{' without '}'";
            ns = text.substr(at + 1, close - at - 1);
            at = close + 1;
            any = at == text.size() || text[at] == '/';
        }
        const auto end = std::min(text.find_first_of("/@", at), text.size());
        const auto local = text.substr(at, end - at);
        if (!any) check_local(local);
        push({local, ns});
        return end < text.size() && text[end] == '@' ? parse_type(text, end) : end;
    }

    constexpr std::size_t parse_type(std::string_view text, std::size_t at) {
        constexpr std::string_view key = "@type=";
        if (steps != 1) throw "headstock: only the stanza has a type, at the beginning of the path";
        if (text.substr(at, key.size()) != key)
            throw "headstock: of attributes a path may hold the stanza's type only: write @type=";
        const auto start = at + key.size();
        const auto end = std::min(text.find('/', start), text.size());
        type = type_of(text.substr(start, end - start));
        return end;
    }

    static constexpr StanzaType type_of(std::string_view word) {
        constexpr std::pair<std::string_view, StanzaType> all[] = {
            {"get", StanzaType::get},
            {"set", StanzaType::set},
            {"result", StanzaType::result},
            {"error", StanzaType::error},
            {"normal", StanzaType::normal},
            {"chat", StanzaType::chat},
            {"groupchat", StanzaType::groupchat},
            {"headline", StanzaType::headline},
            {"available", StanzaType::available},
            {"unavailable", StanzaType::unavailable},
            {"subscribe", StanzaType::subscribe},
            {"subscribed", StanzaType::subscribed},
            {"unsubscribe", StanzaType::unsubscribe},
            {"unsubscribed", StanzaType::unsubscribed},
            {"probe", StanzaType::probe},
        };
        for (const auto& [name, value] : all) {
            if (name == word) return value;
        }
        throw "headstock: this is not a stanza type";
    }

    constexpr void check_type() const {
        if (type == StanzaType::error) return;
        const bool of_iq = type >= StanzaType::get && type <= StanzaType::result;
        const bool of_message = type >= StanzaType::normal && type <= StanzaType::headline;
        const auto name = step[0].local;
        if (of_iq != (name == "iq") || of_message != (name == "message"))
            throw "headstock: this stanza has no such type";
    }
};

/// Whose stanzas a row takes.
enum class Sender : std::uint8_t {
    usual,   ///< anyone, but for what only our own account may say (rule 5 in handlers.hpp)
    anyone,  ///< anyone, also for that
    account, ///< our own account: its bare JID, or no `from`
    others, ///< anyone but our own account and all its resources; on a component, anyone beyond its
            ///< own domain
    server, ///< our own server's domain
    jid,    ///< the one address in Match::jid: a bare JID stands for its full JIDs too
};

/// Which elements a row is called for.
struct Match {
    Path path;
    Sender sender = Sender::usual;
    std::string_view jid{}; ///< With Sender::jid; borrowed, so a constant.
    bool once = false;      ///< Only the first time.
    bool whole = false;     ///< Not before the stanza has ended well.
    bool threaded = false;  ///< On a thread of the client's workers; see rule 11 in handlers.hpp.
};

} // namespace headstock
