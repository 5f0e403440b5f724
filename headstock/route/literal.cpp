#include "headstock/route/literal.hpp"

#include "headstock/text/ascii.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>

#include <arpa/inet.h>

namespace headstock::detail {
namespace {

// The name of an interface, or its number.
bool is_zone(std::string_view zone) {
    return !zone.empty() && std::all_of(zone.begin(), zone.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

} // namespace

std::optional<std::string> address_in(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (host.find('\0') != host.npos) return {}; // where inet_pton would see the end
    std::string text{host};
    in6_addr room{};
    if (inet_pton(AF_INET, text.c_str(), &room) == 1 ||
        inet_pton(AF_INET6, text.c_str(), &room) == 1)
        return text;
    // A link-local address is of use with its interface only, which is no part of the address.
    const auto zone = text.find('%');
    if (zone == text.npos || !is_zone(host.substr(zone + 1)) ||
        inet_pton(AF_INET6, text.substr(0, zone).c_str(), &room) != 1)
        return {};
    return text;
}

bool is_localhost(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    std::string name;
    append_lower(host, name);
    return name == "localhost" || name.ends_with(".localhost");
}

std::string with_port(std::string_view host, unsigned port) {
    const bool six = host.find(':') != host.npos;
    return concat({six ? "[" : "", host, six ? "]:" : ":", decimal(port)});
}

} // namespace headstock::detail
