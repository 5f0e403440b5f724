#include "headstock/stream/stanza_xml.hpp"

#include "bridge/writer.hpp"
#include "headstock/ns.hpp"

namespace headstock::detail {

std::string stanza_xml(const Element& stanza) {
    std::string xml;
    bridge::write(stanza, xml, {.inherited = ns::client});
    return xml;
}

} // namespace headstock::detail
