#include "headstock/delivery.hpp"

#include "headstock/text/concat.hpp"

namespace headstock {

Delivery no_session(std::string_view object) {
    return {{Errc::session_over, detail::concat({"not sent: this ", object,
                                                 " is in no session: register it in a client, and "
                                                 "call it from `ready` to the session's end"})},
            {}};
}

} // namespace headstock
