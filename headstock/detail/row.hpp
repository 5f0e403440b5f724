// One row of a handler table as the dispatcher sees it: what it matches, what it needs, how to call
// it.
#pragma once

#include "headstock/path.hpp"
#include "headstock/payload_error.hpp"
#include "headstock/reply.hpp"
#include "headstock/stanza.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace headstock {

class ClientApi;
struct Message;

namespace detail {

struct Reader;

/// Who makes a call, and can be asked for what few functions take.
class Caller {
public:
    virtual ~Caller() = default;
    /// The Reply of the stanza at hand.
    virtual Reply take_reply() = 0;
    virtual const Reader& reader() const = 0;
};

/// What a call can draw its arguments from.  All borrowed.
struct Given {
    const Element& element; ///< Content only when the row asked for it.
    const Tag& stanza_tag;
    const Element* stanza; ///< Null unless the row asked for it.
    Caller& caller;
    ClientApi* client; ///< Null for a threaded row.
};

/// The stanza that is given, read as an `M`, which is Message (message.hpp); nothing, and why, when
/// it is none.
template <class M>
std::optional<M> read_message(const Given& given, PayloadError& why);

/// There was no call: the stanza is none of those that the function is for.
struct NotCalled {};

/// What a call came to.  A PayloadError: there was none, since the element is not the function's
/// payload.
using Outcome = std::variant<std::monostate,
                             Ok,
                             Element,
                             std::vector<Element>,
                             StanzaError,
                             PayloadError,
                             NotCalled>;

constexpr std::uint32_t type_bit(StanzaType type) { return 1u << static_cast<unsigned>(type); }

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
    bool reads = false; ///< The call reads a payload or a Message, and only that without an object.
    std::uint32_t types = 0; ///< The bits of the types it takes; 0: as its path says.
    RowCall call{};

    bool waits_for_stanza() const { return wants_stanza || match.whole; }
    bool copies() const { return copies_element || copies_stanza; }
};

} // namespace detail
} // namespace headstock
