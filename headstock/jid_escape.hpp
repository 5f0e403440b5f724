// What a JID's local part may not hold, written so that it may (XEP-0106).
//
//     auto jid = headstock::Jid::make(headstock::jid_escape("d'artagnan"), "musketeers.example");
//     std::cout << headstock::jid_unescape(jid->local()) << '\n';   // d'artagnan
#pragma once

#include "headstock/export.hpp"
#include <string>
#include <string_view>

namespace headstock {

/// A name of somebody else's, as of an e-mail address, as the local part of a JID: a space and each
/// of `"&'/:<>@` become a backslash with two hexadecimal digits, and so does a backslash that would
/// else be read as the beginning of such (section 4.2).  A space at either end has no escaped form
/// and stays as it is: Jid::make then says why it is no JID.  Escape once: what is escaped already
/// is escaped again.
HEADSTOCK_API std::string jid_escape(std::string_view text);

/// The same back, to be shown to people: never compare or send it (section 4.1).  Other sequences
/// stay as they are.
HEADSTOCK_API std::string jid_unescape(std::string_view local);

} // namespace headstock
