// Who may say what: the one place that judges the `from` of an incoming stanza.
#pragma once

#include "headstock/detail/row.hpp"
#include "headstock/jid.hpp"

#include <string_view>

namespace headstock::detail {

/// `from` is what `sender` asks for; `jid` is the address of Sender::jid.
bool is_sender(Sender sender, std::string_view jid, std::string_view from, const Jid& own);

} // namespace headstock::detail
