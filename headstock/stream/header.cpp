#include "headstock/stream/header.hpp"

#include "bridge/conversion.hpp"
#include "bridge/writer.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {
namespace {

// "1.0" and whatever later minor or major is compatible with it (RFC 6120 4.7.5).
bool speaks_version_1(std::string_view version) {
    const auto dot = version.find('.');
    if (dot == version.npos) return false;
    const auto major = bridge::convert<unsigned>(version.substr(0, dot));
    return major && *major >= 1 && bridge::convert<unsigned>(version.substr(dot + 1));
}

std::string_view port_of(std::string_view content) {
    if (content == ns::client) return "; this is its port for clients";
    if (content == ns::component) return "; this is its port for components";
    if (content == "jabber:server") return "; this is its port for servers";
    return "";
}

// 4.8.2: a stream may leave it to each stanza to name its namespace.
HeaderFault check_content(std::string_view declared, std::string_view content) {
    if (declared.empty() || declared == content || declared == ns::stream) return {};
    return {{Errc::unexpected_element, concat({"the server's stream is in '", beginning(declared),
                                               "', not in '", content, "'", port_of(declared)})},
            "invalid-namespace"};
}

HeaderFault check_version(const Tag& header) {
    const auto version = header.attribute("version");
    if (speaks_version_1(version)) return {};
    return {{Errc::not_xmpp, concat({"the server does not speak XMPP 1.0 (it says version '",
                                     beginning(version), "')"})},
            "unsupported-version"};
}

HeaderFault check_identity(const Tag& header, const Jid& account) {
    if (!header.has_attribute("from")) return {};
    const auto from = Jid::parse(header.attribute("from"));
    if (from && from->domain() == account.domain() && from->local().empty()) return {};
    return {{Errc::unexpected_identity,
             concat({"the server answers for '", beginning(header.attribute("from")), "', not for ",
                     account.domain(), "; check the domain, the hostname and the port"})},
            "invalid-from"};
}

} // namespace

Error check_root(const Tag& header) {
    if (header.is("stream", ns::stream)) return {};
    return {Errc::not_xmpp,
            concat({"what answers sends XML that is no XMPP: its first element is <",
                    beginning(header.local_name()), ">"})};
}

bool is_second_header(const bridge::StartTag& start) {
    return start.depth() == 1 && start.name() == bridge::Name{"stream", ns::stream};
}

HeaderFault check_header(const Tag& header, std::string_view declared, const Jid& account) {
    if (auto fault = check_content(declared, ns::client)) return fault;
    if (auto fault = check_version(header)) return fault;
    return check_identity(header, account);
}

HeaderFault
check_component_header(const Tag& header, std::string_view declared, const Jid& domain) {
    if (auto fault = check_content(declared, ns::component)) return fault;
    return check_identity(header, domain);
}

std::string stream_header(const Jid& account, bool with_from, std::string_view language) {
    auto header = concat({"<?xml version='1.0'?><stream:stream xmlns='", ns::client,
                          "' xmlns:stream='", ns::stream, "' to='"});
    bridge::escape_attribute(account.domain(), header);
    if (with_from && !account.local().empty()) {
        header += "' from='";
        bridge::escape_attribute(account.bare().str(), header);
    }
    if (!language.empty()) {
        header += "' xml:lang='";
        bridge::escape_attribute(language, header);
    }
    header += "' version='1.0'>";
    return header;
}

} // namespace headstock::detail
