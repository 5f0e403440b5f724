// Why each row of a stage's client is called for a stanza, or is not.
#include "headstock/stanza.hpp"
#include "headstock/testing/stage.hpp"

#include <iterator>
#include <stdexcept>
#include <string>

namespace headstock::testing {
namespace {

[[noreturn]] void misread(const std::string& how) {
    throw std::invalid_argument("headstock::testing::Stage: what explain() is given " + how);
}

} // namespace

// Read as inside a stream of the client's.
Explanation Stage::explain(std::string_view xml) {
    settle();
    const auto stream =
        bridge::Element::parse("<stream xmlns='jabber:client'>" + std::string{xml} + "</stream>");
    if (!stream) misread("is not well-formed");
    const auto stanzas = stream->children();
    const auto first = stanzas.begin();
    const bool one = first != stanzas.end() && std::next(first) == stanzas.end();
    if (!one || stanza_kind(*first) == StanzaKind::none) misread("is not one stanza");
    return client().explain(*first);
}

} // namespace headstock::testing
