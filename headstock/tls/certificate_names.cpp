#include "headstock/tls/certificate_names.hpp"

#include "headstock/printable.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/domain_part.hpp"

#include <mbedtls/asn1.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t longest_name = 253;          // RFC 1035 2.3.4, as text
constexpr std::size_t longest_shown_domain = 1023; // RFC 7622 3.2, of a domain in its own letters
constexpr std::size_t names_shown = 8;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool visible(char c) { return c > 0x20 && c < 0x7f; }

// A wildcard stands for exactly one whole label, the left-most, and never for a name right below a
// top-level domain: "*.com" is no server's name.
bool host_covers(std::string_view pattern, std::string_view host) {
    if (same(pattern, host)) return pattern.find('*') == std::string_view::npos;
    if (pattern.substr(0, 2) != "*.") return false;
    const auto parent = pattern.substr(1);
    const auto dot = host.find('.');
    return dot != 0 && dot != std::string_view::npos && same(parent, host.substr(dot)) &&
           parent.find('.', 1) != std::string_view::npos;
}

std::string address_of(const std::string& text) {
    std::string bytes(16, '\0');
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    bytes.resize(4);
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
    return {};
}

std::string address_text(const std::string& bytes) {
    char text[INET6_ADDRSTRLEN] = "";
    const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
    if (bytes.size() != 4 && bytes.size() != 16) return "a malformed address";
    inet_ntop(family, bytes.data(), text, sizeof text);
    return text;
}

// The server chose these bytes: no control character may reach a terminal, nor a novel a log.
std::string host_text(std::string_view name) {
    std::string text{name.substr(0, longest_name)};
    std::replace_if(
        text.begin(), text.end(), [](char c) { return !visible(c); }, '?');
    return name.size() > longest_name ? text + "..." : text;
}

// A service is named whole: "_xmpp-client.example.com" stands for no name below it.
bool service_covers(std::string_view service, std::string_view host) {
    constexpr std::string_view of_clients = "_xmpp-client.";
    return service.size() > of_clients.size() &&
           same(service.substr(0, of_clients.size()), of_clients) &&
           same(service.substr(of_clients.size()), host) &&
           host.find('*') == std::string_view::npos;
}

// The content of the element with this tag at the beginning of `der`, which is taken off it.
// mbedTLS takes lengths that are written longer than they need be; DER has none.
std::optional<std::string_view> take_element(std::string_view& der, int tag) {
    // mbedTLS reads what it has no const for
    auto* const begin = reinterpret_cast<unsigned char*>(const_cast<char*>(der.data()));
    auto* at = begin;
    std::size_t size = 0;
    if (mbedtls_asn1_get_tag(&at, begin + der.size(), &size, tag) != 0) return std::nullopt;
    const std::size_t longer = size < 0x80 ? 0 : size < 0x100 ? 1 : size < 0x10000 ? 2 : 3;
    const auto header = static_cast<std::size_t>(at - begin);
    if (header != 2 + longer) return std::nullopt;
    const auto content = der.substr(header, size);
    der.remove_prefix(header + size);
    return content;
}

// OtherName (RFC 5280 4.2.1.6): a type, and a value in [0], of one string with this tag.
std::optional<std::string_view> other_name(std::string_view der, std::string_view type, int tag) {
    constexpr int wrapped =
        MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED; // and the number 0
    if (take_element(der, MBEDTLS_ASN1_OID) != type) return std::nullopt;
    auto value = take_element(der, wrapped);
    if (!value || !der.empty()) return std::nullopt;
    const auto text = take_element(*value, tag);
    return value->empty() ? text : std::nullopt;
}

} // namespace

std::optional<ServerName> parse_server_name(std::string_view domain, Error& error) {
    auto text = domain;
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    if (text.size() > 1 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
    }
    if (text.empty()) {
        error = {Errc::invalid_option, "TLS needs the name of the server to check its certificate"};
        return std::nullopt;
    }
    if (text.size() > longest_name || !std::all_of(text.begin(), text.end(), visible)) {
        error = {Errc::invalid_option,
                 concat({"a certificate cannot be checked against the domain \"",
                         printable(domain, longest_shown_domain), "\": give its ASCII form"})};
        return std::nullopt;
    }
    ServerName name{std::string{text}, {}};
    name.address = address_of(name.text);
    return name;
}

void CertificateNames::add_other_name(std::string_view der) {
    constexpr std::string_view srv_name = "\x2b\x06\x01\x05\x05\x07\x08\x07";  // id-on-dnsSRV
    constexpr std::string_view xmpp_addr = "\x2b\x06\x01\x05\x05\x07\x08\x05"; // id-on-xmppAddr
    if (const auto service = other_name(der, srv_name, MBEDTLS_ASN1_IA5_STRING))
        services.emplace_back(*service);
    const auto address = other_name(der, xmpp_addr, MBEDTLS_ASN1_UTF8_STRING);
    const auto jid = address ? jid_in_stanza(*address) : std::nullopt;
    std::string domain;
    if (jid && jid->is_bare() && jid->local().empty() &&
        append_domain_for_dns(jid->domain(), domain).empty())
        domains.push_back(std::move(domain));
}

bool CertificateNames::cover(const ServerName& server) const {
    if (!server.address.empty()) {
        return std::find(addresses.begin(), addresses.end(), server.address) != addresses.end();
    }
    const auto any = [](const std::vector<std::string>& names, auto covers) {
        return std::any_of(names.begin(), names.end(), covers);
    };
    const auto& host = server.text;
    return any(hosts, [&](const auto& pattern) { return host_covers(pattern, host); }) ||
           any(services, [&](const auto& service) { return service_covers(service, host); }) ||
           any(domains, [&](const auto& domain) { return same(domain, host); });
}

// Each name as it is shown.
template <class F>
void CertificateNames::each(F show) const {
    for (const auto* const kind : {&hosts, &services, &domains}) {
        const std::string_view scheme = kind == &domains ? "xmpp:" : "";
        for (const auto& name : *kind) show(concat({scheme, host_text(name)}));
    }
    for (const auto& address : addresses) show(address_text(address));
}

std::vector<std::string> CertificateNames::list() const {
    std::vector<std::string> names;
    each([&](std::string name) { names.push_back(std::move(name)); });
    return names;
}

std::string CertificateNames::to_text() const {
    std::string text;
    std::size_t shown = 0;
    each([&](const std::string& name) {
        if (shown++ >= names_shown) return;
        if (!text.empty()) text += ", ";
        text += name;
    });
    if (shown > names_shown) text += concat({" and ", decimal(shown - names_shown), " more"});
    return text;
}

} // namespace headstock::detail
