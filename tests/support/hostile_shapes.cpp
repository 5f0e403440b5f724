#include "tests/support/hostile_shapes.hpp"

#include "headstock/text/concat.hpp"
#include "tests/support/session_kit.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>
#include <utility>

namespace support {
namespace {

using headstock::Element, headstock::Tag, headstock::detail::concat;

// Short names, each of them another.
std::string name(std::size_t number) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string made;
    for (; made.empty() || number > 0; number /= letters.size())
        made += letters[number % letters.size()];
    return made;
}

template <class F>
std::string repeat(std::size_t bytes, F part) {
    std::string all;
    for (std::size_t i = 0; all.size() < bytes; ++i) all += part(i);
    return all;
}

std::string in_root(std::string_view ns, const std::string& inside) {
    return concat({"<a xmlns='", ns, "'>", inside, "</a>"});
}

std::string with_attributes(std::string_view ns, const std::string& attributes) {
    return concat({"<a xmlns='", ns, "' xmlns:p='", ns, "' ", attributes, "/>"});
}

// An attribute of this filling.
std::string filled(std::size_t bytes, std::string_view ns, std::string_view filling) {
    return with_attributes(ns, "b='" + repeat(bytes, [&](std::size_t) { return filling; }) + "'");
}

// Elements one in the other; `attribute` is given how deep each is.
template <class F>
std::string nested(std::size_t bytes, std::string_view ns, F attribute) {
    auto all = concat({"<a xmlns='", ns, "'>"});
    std::size_t levels = 1;
    for (; all.size() + levels * 4 < bytes; ++levels) all += "<a" + attribute(levels) + ">";
    for (; levels > 0; --levels) all += "</a>";
    return all;
}

// Of the same length as `ns`, or as `number` needs.
std::string namespace_of(std::string_view ns, std::size_t number) {
    const auto last = name(number);
    return std::string{ns.substr(0, ns.size() - std::min(last.size(), ns.size()))} + last;
}

const HostileShape shapes[] = {
    {"attribute length", [](auto n, auto ns) { return filled(n, ns, "x"); }},
    {"attribute length: >", [](auto n, auto ns) { return filled(n, ns, ">"); }},
    {"attribute length: &gt;>", [](auto n, auto ns) { return filled(n, ns, "&gt;>"); }},
    {"attribute count",
     [](auto n, auto ns) {
         return with_attributes(ns, repeat(n, [](auto i) { return name(i + 2) + "='' "; }));
     }},
    {"attribute count: prefixed",
     [](auto n, auto ns) {
         return with_attributes(ns, repeat(n, [](auto i) { return "p:" + name(i) + "='' "; }));
     }},
    {"attribute count: prefixed, of the stanza",
     [](auto n, auto ns) {
         const auto last = repeat(n, [](auto i) { return "p:" + name(i) + "='' "; });
         return concat({" xmlns:p='", ns, "' ", last, "><a xmlns='", ns, "'/>"});
     },
     true},
    {"depth", [](auto n, auto ns) { return nested(n, ns, [](auto) { return std::string{}; }); }},
    {"depth: prefixes",
     [](auto n, auto ns) {
         return nested(n, ns, [](auto i) { return " xmlns:" + name(i) + "='u'"; });
     }},
    {"depth: namespaces",
     [](auto n, auto ns) {
         return nested(n, ns, [&](auto i) { return " xmlns='" + namespace_of(ns, i) + "'"; });
     }},
    {"children",
     [](auto n, auto ns) { return in_root(ns, repeat(n, [](auto) { return "<a/>"; })); }},
    {"children and references",
     [](auto n, auto ns) { return in_root(ns, repeat(n, [](auto) { return "&lt;<a/>"; })); }},
    {"names",
     [](auto n, auto ns) {
         return in_root(ns, repeat(n, [](auto i) { return "<" + name(i) + "/>"; }));
     }},
    {"names: of attributes",
     [](auto n, auto ns) {
         return in_root(ns, repeat(n, [](auto i) { return "<a " + name(i) + "=''/>"; }));
     }},
    {"names: of attributes with a prefix",
     [](auto n, auto ns) {
         const auto inside = repeat(n, [](auto i) { return "<p:a p:" + name(i) + "=''/>"; });
         return concat({"<a xmlns='", ns, "' xmlns:p='", ns, "'>", inside, "</a>"});
     }},
    {"namespaces",
     [](auto n, auto ns) {
         const auto part = [&](auto i) { return "<a xmlns='" + namespace_of(ns, i) + "'/>"; };
         return in_root(ns, repeat(n, part));
     }},
    {"namespaces: prefixes",
     [](auto n, auto ns) {
         return in_root(ns, repeat(n, [](auto i) { return "<a xmlns:" + name(i) + "='u'/>"; }));
     }},
    {"text: references",
     [](auto n, auto ns) { return in_root(ns, repeat(n, [](auto) { return "&#65;"; })); }},
};

// "urn:" and then one letter, so that it has `size` bytes.
template <std::size_t size>
constexpr auto letters_of_namespace = [] {
    std::array<char, size> made{'u', 'r', 'n', ':'};
    std::fill(made.begin() + 4, made.end(), 'x');
    return made;
}();

template <std::size_t size>
constexpr std::string_view namespace_with{letters_of_namespace<size>.data(), size};

constexpr std::string_view namespaces[] = {namespace_with<5>, namespace_with<60>,
                                           namespace_with<headstock::Limits{}.namespace_bytes>};

// A row of each kind that looks inside: all is built, and each element handed over.
struct Curious {
    std::size_t seen = 0;
    void whole(const Element& message) { seen += !message.children().empty(); }
    void anywhere(const Tag&) { ++seen; }
    void element(const Element&) { ++seen; }
};

template <std::size_t... number>
consteval auto rows(std::index_sequence<number...>) {
    return headstock::handlers(
        headstock::on<&Curious::whole>("message"),
        headstock::on<&Curious::anywhere>("a", namespaces[number])...,
        headstock::on<&Curious::element>("message", "a", namespaces[number])...);
}

} // namespace
} // namespace support

template <>
inline constexpr auto headstock::handlers_of<support::Curious> =
    support::rows(std::make_index_sequence<std::size(support::namespaces)>{});

namespace support {
namespace {

// A session that is logged in without a key to derive.
SessionKit make_session() {
    auto options = in_clear();
    options.insecure_plain_password = true;
    SessionKit session{options, {.plain = true}};
    session.login();
    session.take();
    return session;
}

void check_alive(SessionKit& session) {
    if (const auto& error = session.client->error())
        throw std::runtime_error("the session ended: " + error.message());
    session.says("<iq type='get' id='1' from='a@x'><q xmlns='urn:q'/></iq>");
    if (session.take().find("service-unavailable") == std::string::npos)
        throw std::runtime_error("the session answers no more");
}

} // namespace

std::span<const HostileShape> hostile_shapes() { return shapes; }

std::string hostile_stanza(const HostileShape& shape, std::size_t bytes, std::string_view ns) {
    return concat({"<message from='stranger@x'", shape.in_tag ? "" : ">", shape.inside(bytes, ns),
                   "</message>"});
}

std::span<const std::string_view> hostile_namespaces() { return namespaces; }

double seconds_for(std::string_view stanza, std::size_t read_size) {
    auto session = make_session();
    Curious curious;
    session.client->register_handler(curious);
    const auto before = std::clock();
    for (auto rest = stanza; !rest.empty(); rest.remove_prefix(std::min(read_size, rest.size())))
        session.says(rest.substr(0, read_size));
    const auto after = std::clock();
    if (curious.seen == 0) throw std::runtime_error("no row saw the stanza");
    check_alive(session);
    return static_cast<double>(after - before) / CLOCKS_PER_SEC;
}

} // namespace support
