#include "tests/support/hostile_shapes.hpp"

#include "tests/support/session_kit.hpp"

#include <algorithm>
#include <ctime>
#include <stdexcept>

namespace support {
namespace {

using headstock::Element, headstock::Tag;

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

std::string in_root(const std::string& inside) { return "<a xmlns='urn:x'>" + inside + "</a>"; }

std::string with_attributes(const std::string& attributes) {
    return "<a xmlns='urn:x' xmlns:p='urn:p' " + attributes + "/>";
}

// An attribute of this filling.
std::string filled(std::size_t bytes, std::string_view filling) {
    return with_attributes("b='" + repeat(bytes, [&](std::size_t) { return filling; }) + "'");
}

// Elements one in the other; `attribute` is given how deep each is.
template <class F>
std::string nested(std::size_t bytes, F attribute) {
    std::string all = "<a xmlns='urn:x'>";
    std::size_t levels = 1;
    for (; all.size() + levels * 4 < bytes; ++levels) all += "<a" + attribute(levels) + ">";
    for (; levels > 0; --levels) all += "</a>";
    return all;
}

const HostileShape shapes[] = {
    {"attribute length", [](std::size_t n) { return filled(n, "x"); }},
    {"attribute length: >", [](std::size_t n) { return filled(n, ">"); }},
    {"attribute length: &gt;>", [](std::size_t n) { return filled(n, "&gt;>"); }},
    {"attribute count",
     [](std::size_t n) {
         return with_attributes(repeat(n, [](std::size_t i) { return name(i + 2) + "='' "; }));
     }},
    {"attribute count: prefixed",
     [](std::size_t n) {
         return with_attributes(repeat(n, [](std::size_t i) { return "p:" + name(i) + "='' "; }));
     }},
    {"depth", [](std::size_t n) { return nested(n, [](std::size_t) { return std::string{}; }); }},
    {"depth: prefixes",
     [](std::size_t n) {
         return nested(n, [](std::size_t i) { return " xmlns:" + name(i) + "='u'"; });
     }},
    {"depth: namespaces",
     [](std::size_t n) {
         return nested(n, [](std::size_t i) { return " xmlns='" + name(i) + "'"; });
     }},
    {"children",
     [](std::size_t n) { return in_root(repeat(n, [](std::size_t) { return "<a/>"; })); }},
    {"children and references",
     [](std::size_t n) { return in_root(repeat(n, [](std::size_t) { return "&lt;<a/>"; })); }},
    {"names",
     [](std::size_t n) {
         return in_root(repeat(n, [](std::size_t i) { return "<" + name(i) + "/>"; }));
     }},
    {"names: of attributes",
     [](std::size_t n) {
         return in_root(repeat(n, [](std::size_t i) { return "<a " + name(i) + "=''/>"; }));
     }},
    {"namespaces",
     [](std::size_t n) {
         return in_root(repeat(n, [](std::size_t i) { return "<a xmlns='" + name(i) + "'/>"; }));
     }},
    {"namespaces: prefixes",
     [](std::size_t n) {
         return in_root(repeat(n, [](std::size_t i) { return "<a xmlns:" + name(i) + "='u'/>"; }));
     }},
    {"text: references",
     [](std::size_t n) { return in_root(repeat(n, [](std::size_t) { return "&#65;"; })); }},
};

// A row of each kind that looks inside: all is built, and each element handed over.
struct Curious {
    std::size_t seen = 0;
    void whole(const Element& message) { seen += !message.children().empty(); }
    void anywhere(const Tag&) { ++seen; }
    void element(const Element&) { ++seen; }
};
HEADSTOCK_HANDLERS(Curious,
                   on<&self::whole>("message"),
                   on<&self::anywhere>("a", "urn:x"),
                   on<&self::element>("message/{urn:x}a"))

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

std::string hostile_stanza(const HostileShape& shape, std::size_t bytes) {
    return "<message from='stranger@x'>" + shape.inside(bytes) + "</message>";
}

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
