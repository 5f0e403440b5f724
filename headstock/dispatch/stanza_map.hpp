// The elements of a stanza as the contract of dispatch sees them: where each one lies, and what
// keeps it from rows.
#pragma once

#include "headstock/stanza.hpp"

#include <cstddef>
#include <vector>

namespace headstock::detail {

/// One element of a stanza.
struct Placed {
    const Element* element;
    std::size_t parent;    ///< Its place in the map; 0 for the stanza itself.
    std::size_t depth;     ///< 1 for the stanza.
    bool hidden;           ///< Inside a <forwarded/>: no name at any depth reaches it (rule 2).
    bool forged = false;   ///< Only our own account may say it, or what it is in (rule 5).
    bool complete = false; ///< It ended before what spoils the rest of the stanza.
};

/// The elements of a stanza in document order, the stanza first.
class StanzaMap {
public:
    /// `from_account`: our own account says it.  `namespace_bytes`: Limits::namespace_bytes.
    StanzaMap(const Element& stanza, bool from_account, std::size_t namespace_bytes);

    const std::vector<Placed>& elements() const { return elements_; }
    /// Its payload is one that its sender may not send: of the rest no row is called.
    bool forged() const { return forged_; }
    /// It declares a namespace that is too long: the rest is passed over.
    bool too_long() const { return too_long_; }

private:
    void place(const Element& stanza);
    void forbid();
    void forbid_inside(std::size_t at);
    void find_long_namespace(std::size_t limit);
    void complete_before(std::size_t end);

    std::vector<Placed> elements_;
    bool forged_ = false;
    bool too_long_ = false;
};

} // namespace headstock::detail
