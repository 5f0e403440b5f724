#include "headstock/tls/certificate_names.hpp"

#include "headstock/printable.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>

namespace headstock::detail {
namespace {

constexpr std::size_t longest_name = 253;   // RFC 1035 2.3.4, as text
constexpr std::size_t longest_shown = 1023; // RFC 7622 3.2, of a domain in its own letters
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
                         printable(domain, longest_shown), "\": give its ASCII form"})};
        return std::nullopt;
    }
    ServerName name{std::string{text}, {}};
    name.address = address_of(name.text);
    return name;
}

bool CertificateNames::cover(const ServerName& server) const {
    if (!server.address.empty()) {
        return std::find(addresses.begin(), addresses.end(), server.address) != addresses.end();
    }
    return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& pattern) {
        return host_covers(pattern, server.text);
    });
}

std::string CertificateNames::to_text() const {
    std::string text;
    std::size_t shown = 0;
    const auto show = [&](const std::string& name) {
        if (shown++ < names_shown) text += (text.empty() ? "" : ", ") + name;
    };
    for (const auto& host : hosts) show(host_text(host));
    for (const auto& address : addresses) show(address_text(address));
    if (shown > names_shown) text += " and " + std::to_string(shown - names_shown) + " more";
    return text;
}

} // namespace headstock::detail
