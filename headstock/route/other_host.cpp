#include "headstock/route/other_host.hpp"

#include "headstock/route/literal.hpp"

#include <algorithm>
#include <charconv>

namespace headstock::detail {
namespace {

constexpr std::size_t longest_name = 253; // RFC 1035 2.3.4, in text

bool is_name(std::string_view host) {
    return !host.empty() && host.size() <= longest_name && host.front() != '.' &&
           host.front() != '-' && std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (fault != std::errc{} || end != text.data() + text.size() || port == 0) return {};
    return port;
}

} // namespace

std::optional<Endpoint> read_other_host(std::string_view text, bool direct_tls) {
    const std::uint16_t usual = direct_tls ? 5223 : 5222;
    if (auto whole = address_in(text)) return Endpoint{std::move(*whole), usual, direct_tls};
    const auto colon = text.rfind(':');
    const auto host = text.substr(0, colon);
    const auto port = colon == text.npos ? usual : read_port(text.substr(colon + 1));
    if (!port) return {};
    const bool bracketed = !host.empty() && host.front() == '[';
    if (auto address = address_in(host); address && bracketed == (address->find(':') != host.npos))
        return Endpoint{std::move(*address), *port, direct_tls};
    if (!is_name(host)) return {};
    return Endpoint{std::string{host}, *port, direct_tls};
}

} // namespace headstock::detail
