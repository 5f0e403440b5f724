#include "headstock/testing/login_words.hpp"

#include "bridge/element.hpp"
#include "headstock/ns.hpp"

#include <stdexcept>

namespace headstock::detail {
namespace {

using bridge::Element;

std::string element(const std::string& name, std::string_view ns, const std::string& content = {}) {
    const auto start = "<" + name + " xmlns='" + std::string{ns} + "'";
    return content.empty() ? start + "/>" : start + ">" + content + "</" + name + ">";
}

// All that may be asked for together with the login.
std::string authentication(const std::string& mechanism, bool stream_management) {
    std::string managed;
    std::string acks;
    if (stream_management) {
        managed = element("sm", ns::stream_management);
        acks = "<inline><feature var='" + std::string{ns::stream_management} + "'/></inline>";
    }
    const auto tokens = element("fast", ns::fast, "<mechanism>HT-SHA-256-NONE</mechanism>");
    return element("authentication", ns::sasl2,
                   mechanism + "<inline>" + managed + element("bind", ns::bind2, acks) + tokens +
                       "</inline>");
}

} // namespace

std::string features_of(const testing::Server::Settings& settings,
                        LoginStep next,
                        bool inside_tls,
                        std::string_view mechanism) {
    std::string features = "<stream:features>" + settings.extra_features;
    const auto offered = "<mechanism>" + std::string{mechanism} + "</mechanism>";
    switch (next) {
    case LoginStep::begin_tls:
        features += element("starttls", ns::tls, "<required/>");
        break;
    case LoginStep::log_in:
        features += element("mechanisms", ns::sasl, offered);
        if (settings.sasl2 && inside_tls)
            features += authentication(offered, settings.stream_management);
        break;
    case LoginStep::bind:
        features += element("bind", ns::bind);
        [[fallthrough]];
    case LoginStep::none:
        if (settings.stream_management) features += element("sm", ns::stream_management);
    }
    return features + "</stream:features>";
}

std::string in_sasl2(std::string_view xml, std::string_view together, std::string_view identity) {
    const auto said = Element::parse(xml);
    if (!said) throw std::logic_error("headstock::testing::Server: no element of SASL");
    const std::string text{said->text()};
    if (said->local_name() == "challenge") return element("challenge", ns::sasl2, text);
    if (said->local_name() == "failure") {
        std::string content;
        for (const auto& child : said->children())
            content += child.local_name() == "text"
                           ? Element{"text", ns::sasl2}.add_text(child.text()).xml()
                           : child.xml();
        return element("failure", ns::sasl2, content);
    }
    auto content = text.empty() ? text : "<additional-data>" + text + "</additional-data>";
    content += std::string{together} +
               Element{"authorization-identifier", ns::sasl2}.add_text(identity).xml();
    return element("success", ns::sasl2, content);
}

} // namespace headstock::detail
