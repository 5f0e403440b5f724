// JIDs: what is read is in its one form, parts keep their borders, and comparison goes by the text.
//
// The input is one address, or two with a line feed between them.
#include "headstock/jid.hpp"
#include "headstock/jid_escape.hpp"
#include "headstock/text/address.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

#include <functional>
#include <optional>
#include <string>

namespace fuzz {
namespace {

using headstock::Jid;

constexpr std::size_t longest = 3 * 1023 + 2; // RFC 7622 3.2 to 3.4

void check_parts(const Jid& jid) {
    const auto& text = jid.str();
    check(!jid.domain().empty(), "a JID has no domain", text);
    check(text.size() <= longest, "a JID is too long", text);
    check(text.find('\0') == text.npos, "a JID holds NUL", text);
    check(jid.local().find_first_of("@/\"&'<>: ") == jid.local().npos,
          "a local part holds what it may not", text);
    check(jid.domain().find_first_of("@/ ") == jid.domain().npos, "a domain holds what it may not",
          text);
    const auto made = Jid::make(jid.local(), jid.domain(), jid.resource());
    check(made.has_value(), "the parts of a JID make none", text);
    check_same(made->str(), text, "the parts of a JID make another");
    check(made->local() == jid.local() && made->domain() == jid.domain() &&
              made->resource() == jid.resource(),
          "the parts of a JID have moved", text);
    check(jid.bare().is_bare() && jid.bare().bare() == jid.bare(), "a bare JID is none", text);
    check(jid.is_bare() == jid.resource().empty(), "a JID has a resource and is bare", text);
    check(jid.bare().with_resource(jid.resource()) == jid, "a resource was lost", text);
}

std::optional<Jid> read(std::string_view text) {
    headstock::Error error;
    const auto jid = Jid::parse(text, &error);
    check(jid.has_value() != static_cast<bool>(error), "an error and a JID, or neither", text);
    if (!jid) return jid;
    check_parts(*jid);
    const auto again = Jid::parse(jid->str());
    check(again.has_value(), "a JID that was written is none", jid->str());
    check_same(again->str(), jid->str(), "a JID that was written is another");
    check(headstock::detail::jid_in_stanza(jid->str()) == jid,
          "a JID in its normal form is not taken from a stanza", jid->str());
    return jid;
}

void compare(const Jid& one, const Jid& other) {
    check((one == other) == (one.str() == other.str()), "JIDs compare not as their text",
          one.str());
    check((one < other) == (one.str() < other.str()), "JIDs have an order of their own", one.str());
    if (one == other)
        check(std::hash<Jid>{}(one) == std::hash<Jid>{}(other), "equal JIDs, two hashes",
              one.str());
    check(headstock::detail::same_jid(one.str(), other.str()) ==
              headstock::detail::same_jid(other.str(), one.str()),
          "an address is another's, and not the other way round", one.str());
}

// Whatever the parts hold, none becomes a border.
void make(std::string_view local, std::string_view rest) {
    const auto jid = Jid::make(local, "e.test", rest);
    if (!jid) return;
    check(jid->domain() == "e.test", "a part has changed the domain", jid->str());
    check(jid->local().empty() == local.empty(), "a local part came, or went", jid->str());
    check(jid->resource().empty() == rest.empty(), "a resource came, or went", jid->str());
    check_parts(*jid);
}

} // namespace

void jid(std::string_view input) {
    const auto line = input.find('\n');
    const auto first = input.substr(0, line);
    const auto second = line == input.npos ? std::string_view{} : input.substr(line + 1);
    const auto one = read(first);
    const auto other = read(second);
    if (one && other) compare(*one, *other);
    if (one) compare(*one, *one);
    make(first, second);
    const auto domain = Jid::make({}, first);
    if (domain) check(domain->local().empty() && domain->is_bare(), "a domain grew parts", first);
    check_same(headstock::jid_unescape(headstock::jid_escape(first)), first,
               "what was escaped is another text");
    check(first.empty() || headstock::detail::same_jid(first, first), "an address is not itself",
          first);
}

} // namespace fuzz
