// In a file of its own: a program that explains nothing links none of it.
#include "headstock/client/core.hpp"
#include "headstock/client_api.hpp"

namespace headstock {

Explanation ClientApi::explain(const Element& stanza) const {
    core_->check_thread();
    return core_->session().explain(stanza);
}

} // namespace headstock
