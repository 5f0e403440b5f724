#include "headstock/stream/resumption.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {
namespace {

Element managing(std::string_view name) { return Element{name, ns::stream_management}; }

} // namespace

std::string enable_element(bool resumable) {
    auto enable = managing("enable");
    if (resumable) enable.set("resume", "true");
    return enable.xml();
}

std::string resume_element(const Resumption& session) {
    return managing("resume")
        .set("h", std::to_string(session.handled))
        .set("previd", session.id)
        .xml();
}

std::string handled_element(std::uint32_t handled) {
    return concat({"<a xmlns='", ns::stream_management, "' h='", std::to_string(handled), "'/>"});
}

Enabled read_enabled(const Element& enabled) {
    Enabled read;
    const auto resume = bridge::convert<bool>(enabled.attribute("resume"));
    if (resume.value_or(false)) read.id = enabled.attribute("id");
    const auto longest = bridge::convert<std::uint32_t>(enabled.attribute("max"));
    if (longest) read.longest = std::chrono::seconds{*longest};
    return read;
}

std::optional<std::uint32_t> handled_in(const Element& element) {
    return bridge::convert<std::uint32_t>(element.attribute("h"));
}

std::string handled_too_much(std::uint32_t handled, std::uint32_t sent) {
    return concat({"<stream:error><undefined-condition xmlns='", ns::streams,
                   "'/><handled-count-too-high xmlns='", ns::stream_management, "' h='",
                   std::to_string(handled), "' send-count='", std::to_string(sent),
                   "'/></stream:error>"});
}

} // namespace headstock::detail
