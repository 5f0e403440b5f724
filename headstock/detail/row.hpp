// One row of a handler table as the dispatcher sees it: what it matches, what it needs, how to call
// it.
#pragma once

#include "headstock/path.hpp"
#include "headstock/payload_error.hpp"
#include "headstock/reply.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace headstock {

class ClientApi;

/// Whose stanzas a row takes.
enum class Sender : std::uint8_t {
    usual,   ///< anyone, but names that a specification ties to a sender only from that one
    anyone,  ///< really anyone: what the specification says is lifted
    account, ///< our own account: its bare JID, or no `from`
    others,  ///< anyone but our own account, in all its resources; on a component, its domain
    server,  ///< our own server's domain
    jid,     ///< one address: bare, its full JIDs count too; full, exactly that one
};

/// Which elements a row is called for.
struct Match {
    Path path;
    Sender sender = Sender::usual;
    std::string_view jid{};
    bool once = false;     ///< Only the first time.
    bool whole = false;    ///< Not before the stanza has ended well.
    bool threaded = false; ///< On a thread of the client's workers; see rule 11 in handlers.hpp.
};

namespace detail {

/// Makes the Reply of the stanza at hand.
class ReplyMaker {
public:
    virtual ~ReplyMaker() = default;
    virtual Reply take() = 0;
};

/// What a call can draw its arguments from.  All borrowed.
struct Given {
    const Element& element; ///< Content only when the row asked for it.
    const Tag& stanza_tag;
    const Element* stanza; ///< Null unless the row asked for it.
    ReplyMaker& replies;
    ClientApi* client; ///< Null for a threaded row.
};

/// What a call came to.  A PayloadError: there was none, since the element is not the function's
/// payload.
using Outcome =
    std::variant<std::monostate, Ok, Element, std::vector<Element>, StanzaError, PayloadError>;

/// How to call a row's function: by one of two pointers.  Most rows give nothing back, and for them
/// no Outcome is made, moved and looked at.
struct RowCall {
    void (*plain)(void* object, const Given& given) = nullptr;
    Outcome (*full)(void* object, const Given& given) = nullptr;

    Outcome operator()(void* object, const Given& given) const {
        if (plain == nullptr) return full(object, given);
        plain(object, given);
        return {};
    }
};

struct Row {
    Match match;
    std::string_view name;      ///< For reports: the function's name.
    bool wants_subtree = false; ///< The first parameter needs content.
    bool wants_stanza =
        false; ///< A later parameter is an Element: the stanza is built, the row waits.
    bool returns_nothing = false;
    bool copies_element = false; ///< A call has a copy of the element, or of what is in it, made.
    bool copies_stanza = false;  ///< The same of the stanza.
    RowCall call{};

    bool waits_for_stanza() const { return wants_stanza || match.whole; }
    bool copies() const { return copies_element || copies_stanza; }
};

} // namespace detail
} // namespace headstock
