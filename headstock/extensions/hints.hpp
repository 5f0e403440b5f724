// Hints on how a message is to be processed (XEP-0334): what its sender asks of those on its way.
//
//     client.send_stanza(headstock::Message{.to = juliet, .body = "for this moment"}
//                            .add(headstock::NoStore{}));
//     ...
//     if (message.get<headstock::NoStore>()) return; // do not write it down
//
// They are hints and no more: a server may do otherwise, and anybody may send any of them.  Those
// in a message of type error are to be ignored (section 5).
#pragma once

#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

namespace headstock {

/// Not to be kept in an archive or a log; for later delivery it may be (section 4.1).
struct NoPermanentStore {};
HEADSTOCK_PAYLOAD(NoPermanentStore, "no-permanent-store", ns::hints)

/// Not to be kept at all, nor delivered later (section 4.2).
struct NoStore {};
HEADSTOCK_PAYLOAD(NoStore, "no-store", ns::hints)

/// Not to be copied to other addresses.  Only for a message to a full JID (section 4.3).
struct NoCopy {};
HEADSTOCK_PAYLOAD(NoCopy, "no-copy", ns::hints)

/// To be kept, though it has no body (section 4.4).
struct Store {};
HEADSTOCK_PAYLOAD(Store, "store", ns::hints)

} // namespace headstock
