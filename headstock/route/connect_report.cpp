#include "headstock/connect_report.hpp"

#include "headstock/base/seconds.hpp"
#include "headstock/printable.hpp"
#include "headstock/route/route_error.hpp"
#include "headstock/text/concat.hpp"

namespace headstock {
namespace {

std::string_view words_of(Reached reached) {
    switch (reached) {
    case Reached::nothing:
        return "no connection";
    case Reached::tcp:
        return "TCP";
    case Reached::tls:
        return "TLS";
    case Reached::features:
        return "a way to log in";
    case Reached::chosen:
        return "chosen";
    }
    return {};
}

std::string line_of(const LookUpReport& each) {
    const auto found = each.error ? each.error.message() : detail::decimal(each.found) + " found";
    return detail::concat({printable(each.name), " (", each.type, "): ", found, ", after ",
                           detail::seconds(each.took), "\n"});
}

std::string line_of(const ConnectAttempt& each) {
    const auto why = each.error ? ": " + each.error.message() : std::string{};
    return detail::concat({printable(detail::peer_of(each)), each.direct_tls ? ", direct TLS" : "",
                           ", begun after ", detail::seconds(each.began), ": ",
                           words_of(each.reached), ", after ", detail::seconds(each.took), why,
                           "\n"});
}

} // namespace

std::string ConnectReport::text() const {
    std::string lines;
    for (const auto& each : look_ups) lines += line_of(each);
    for (const auto& each : attempts) lines += line_of(each);
    return lines;
}

} // namespace headstock
