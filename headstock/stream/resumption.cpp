#include "headstock/stream/resumption.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

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
    return managing("resume").set("h", decimal(session.handled)).set("previd", session.id).xml();
}

HandledElement::HandledElement(std::uint32_t handled) {
    static constexpr std::string_view begin = "<a xmlns='urn:xmpp:sm:3' h='";
    static constexpr std::string_view end = "'/>";
    static_assert(begin.size() + 10 + end.size() <= std::tuple_size_v<decltype(text_)>);
    auto* at = std::copy(begin.begin(), begin.end(), text_.data());
    at = std::to_chars(at, text_.data() + text_.size(), std::uint64_t{handled}).ptr;
    at = std::copy(end.begin(), end.end(), at);
    size_ = static_cast<std::size_t>(at - text_.data());
}

Enabled read_enabled(const Element& enabled) {
    Enabled read;
    const auto resume = bridge::convert<bool>(enabled.attribute("resume"));
    constexpr std::size_t longest_id = 4000; // of a server that keeps to XEP-0198 section 3
    const auto id = enabled.attribute("id");
    if (resume.value_or(false) && id.size() <= longest_id) read.id = id;
    const auto longest = bridge::convert<std::uint32_t>(enabled.attribute("max"));
    if (longest) read.longest = std::chrono::seconds{*longest};
    constexpr std::size_t longest_location = 300; // the longest name, and a port
    const auto location = enabled.attribute("location");
    if (location.size() <= longest_location) read.location = location;
    return read;
}

std::optional<std::uint32_t> handled_in(const Element& element) {
    return bridge::convert<std::uint32_t>(element.attribute("h"));
}

std::string handled_too_much(std::uint32_t handled, std::uint32_t sent) {
    return concat({"<stream:error><undefined-condition xmlns='", ns::streams,
                   "'/><handled-count-too-high xmlns='", ns::stream_management, "' h='",
                   decimal(handled), "' send-count='", decimal(sent), "'/></stream:error>"});
}

} // namespace headstock::detail
