// What the worst shapes of a stanza cost at the session's input, whatever the reads: processor time for a
// MiB, and how it grows when the stanza is twice as long.
//
//     hostile [--kibibytes 256] [--rounds 5] [--only depth]
#include "tests/support/session_kit.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

using headstock::Element, headstock::Tag;

namespace {

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

struct Shape {
    const char* axis;
    std::function<std::string(std::size_t bytes)> inside;
};

const Shape shapes[] = {
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
support::SessionKit make_session() {
    auto options = support::in_clear();
    options.insecure_plain_password = true;
    support::SessionKit session{options, {.plain = true}};
    session.login();
    session.take();
    return session;
}

// Processor time for the stanza in reads of this size.
double seconds_for(std::string_view xml, std::size_t read_size) {
    auto session = make_session();
    Curious curious;
    session.client->register_handler(curious);
    const auto before = std::clock();
    for (auto rest = xml; !rest.empty(); rest.remove_prefix(std::min(read_size, rest.size())))
        session.says(rest.substr(0, read_size));
    const auto after = std::clock();
    if (curious.seen == 0 || session.client->error())
        throw std::runtime_error("the stanza was not taken: " + session.client->error().message());
    return static_cast<double>(after - before) / CLOCKS_PER_SEC;
}

struct Measured {
    double for_a_mebibyte = 0; ///< Seconds.
    double growth = 0;         ///< Of twice the bytes.

    void worst_of(const Measured& other) {
        for_a_mebibyte = std::max(for_a_mebibyte, other.for_a_mebibyte);
        growth = std::max(growth, other.growth);
    }
};

// The least of some rounds: other processes only add.
Measured measure(const Shape& shape, std::size_t bytes, std::size_t read_size, int rounds) {
    const auto stanza = [&](std::size_t size) {
        return "<message from='stranger@x'>" + shape.inside(size) + "</message>";
    };
    const auto one = stanza(bytes);
    const auto two = stanza(2 * bytes);
    auto for_one = std::numeric_limits<double>::max();
    auto for_two = for_one;
    for (int round = 0; round < rounds; ++round) {
        for_one = std::min(for_one, seconds_for(one, read_size));
        for_two = std::min(for_two, seconds_for(two, read_size));
    }
    return {for_two * (1 << 20) / static_cast<double>(two.size()), for_two / for_one};
}

} // namespace

int main(int argc, char** argv) {
    std::size_t kibibytes = 256;
    int rounds = 5;
    std::string only;
    CLI::App app{"Measures what hostile stanzas cost."};
    app.add_option("--kibibytes", kibibytes, "Size of a stanza; the other is twice as long")
        ->capture_default_str();
    app.add_option("--rounds", rounds, "The least time of so many counts")->capture_default_str();
    app.add_option("--only", only, "What there is much of begins with this");
    CLI11_PARSE(app, argc, argv);
    std::printf("%-28s %7s %12s %12s\n", "what there is much of", "reads", "s for a MiB",
                "twice as long");
    Measured worst;
    for (const auto& shape : shapes) {
        if (!std::string_view{shape.axis}.starts_with(only)) continue;
        for (const std::size_t read_size : {1u, 16u, 1460u, 16384u}) {
            const auto measured = measure(shape, kibibytes << 10, read_size, rounds);
            std::printf("%-28s %7zu %12.4f %10.2f x\n", shape.axis, read_size,
                        measured.for_a_mebibyte, measured.growth);
            std::fflush(stdout);
            worst.worst_of(measured);
        }
    }
    std::printf("%-28s %7s %12.4f %10.2f x\n", "worst", "", worst.for_a_mebibyte, worst.growth);
}
