// In a file of its own: a program that explains nothing links none of it.
#include "headstock/client/core.hpp"
#include "headstock/client_api.hpp"

#include <cassert>

namespace headstock {

Explanation ClientApi::explain(const Element& stanza) const {
    assert(core_->on_thread() && "headstock: call the client from its own thread");
    return core_->session().explain(stanza);
}

} // namespace headstock
