// Why a handler was called for a stanza, or was not: what ClientApi::explain gives.
#pragma once

#include "headstock/export.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace headstock {

/// Whether a row is called for a stanza; if not, the first of these reasons that holds.
enum class Fit : std::uint8_t {
    matched, ///< it is called
    name,    ///< no element of the stanza has the name in which the row's path ends
    ns,      ///< one has, in another namespace
    path,    ///< one has, elsewhere than the row's path says, or inside <forwarded/> (rule 2)
    type,    ///< the stanza is of another type, or of none that there is
    sender,  ///< it is from somebody whose stanzas the row does not take
    id,      ///< a function given to register_on_iq waits for another id
    state,   ///< the client has no session
    guard,   ///< only our own account may say this, and it is from somebody else (rule 5)
    forged,  ///< an iq result or error that answers no request of ours (rule 5)
    budget,  ///< the row would copy too much, or a namespace is too long (rules 12 and 13)
    payload, ///< the element does not read as the payload or Message that the function takes
};

/// What became of one row.
struct RowFit {
    std::string row{};      ///< Its function, "&Bot::body"; "a closure".
    std::string path{};     ///< As a row spells it: "message@type=chat/body".
    Fit fit = Fit::matched; ///< Whether it is called.
    std::string why{};      ///< In words, without an end of line, safe for a terminal.
};

/// All rows of a client and one stanza.
struct Explanation {
    /// In order of registration; functions of register_on_iq among them.
    std::vector<RowFit> rows{};

    /// One line for each row, for a person to read.
    HEADSTOCK_API std::string text() const;
};

} // namespace headstock
