#include "headstock/delivery.hpp"

#include "headstock/text/concat.hpp"

#include <utility>

namespace headstock {

Delivery no_session(std::string_view object) {
    return not_sent(
        {Errc::session_over,
         detail::concat({"this ", object,
                         " is in no session: register it in a client, and call it from `ready` to "
                         "the session's end"})});
}

Delivery not_sent(Error why) {
    why.text.insert(0, "not sent: ");
    return {std::move(why), {}};
}

} // namespace headstock
