#include "headstock/jid.hpp"

#include "bridge/detail/keyed_hash.hpp"
#include "headstock/printable.hpp"
#include "headstock/text/ascii.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/text/domain_part.hpp"
#include "headstock/text/precis.hpp"
#include "headstock/text/unicode.hpp"

#include <algorithm>
#include <stdexcept>

namespace headstock {
namespace {

constexpr std::size_t part_limit = 1023; // bytes, RFC 7622 section 3.1

// Appends a part in its final form; says what is wrong with it, or nothing.
using Append = std::string (*)(std::string_view part, std::string& out);

std::nullopt_t refuse(Error* error, std::string text) {
    if (error) *error = Error(Errc::invalid_jid, std::move(text));
    return std::nullopt;
}

std::string not_allowed(char c) {
    return detail::concat({"holds ", detail::unicode::name_of(static_cast<unsigned char>(c)),
                           ", which is not allowed there"});
}

// What RFC 7622 3.3.1 takes out of the IdentifierClass, which itself has no space and no control.
std::string fault_in_local(std::string_view local) {
    for (const char c : local) {
        const bool graphic = static_cast<unsigned char>(c) > ' ' && c != '\x7F';
        if (!graphic || std::string_view("\"&'/:<>@").find(c) != std::string_view::npos)
            return not_allowed(c);
    }
    return {};
}

std::string append_local(std::string_view local, std::string& out) {
    const auto begin = out.size();
    if (detail::is_ascii(local)) {
        detail::append_lower(local, out);
    } else {
        std::string why;
        const auto name = detail::precis::username_case_mapped(local, why);
        if (!name) return why;
        out += *name;
    }
    // After the mapping: a fullwidth solidus has become a solidus by now.
    return fault_in_local(std::string_view{out}.substr(begin));
}

std::string append_resource(std::string_view resource, std::string& out) {
    if (detail::is_ascii(resource)) {
        const auto control = std::find_if(resource.begin(), resource.end(), [](char c) {
            return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
        });
        if (control != resource.end()) return not_allowed(*control);
        out += resource;
        return {};
    }
    std::string why;
    if (const auto name = detail::precis::opaque_string(resource, why)) out += *name;
    return why;
}

// The size of the part in `text`; 0, and `error` is told which part it was, when there is none.
std::uint16_t
append(const char* which, std::string_view part, Append how, std::string& text, Error* error) {
    const auto begin = text.size();
    const bool short_enough = part.size() <= part_limit + 1; // a dot may go
    auto why = short_enough ? how(part, text) : std::string{};
    const auto size = text.size() - begin;
    if (why.empty() && short_enough && size <= part_limit) return static_cast<std::uint16_t>(size);
    if (why.empty()) why = "is longer than 1023 bytes";
    refuse(error, detail::concat({"the JID's ", which, " ", why}));
    return 0;
}

bool add_resource(std::string& text, std::string_view resource, Error* error) {
    if (resource.empty()) return true;
    text += '/';
    return append("resource", resource, append_resource, text, error) != 0;
}

} // namespace

Jid::Jid(std::string_view text) {
    Error error;
    auto jid = parse(text, &error);
    if (!jid) throw std::invalid_argument(error.text);
    *this = std::move(*jid);
}

std::optional<Jid> Jid::parse(std::string_view text, Error* error) {
    // The borders are found in the text as it came, before anything is mapped (RFC 7622 3.2).
    const auto slash = text.find('/');
    auto rest = text.substr(0, slash);
    const auto resource = slash == text.npos ? std::string_view{} : text.substr(slash + 1);
    if (slash != text.npos && resource.empty()) return refuse(error, "the JID's resource is empty");
    const auto at = rest.find('@');
    if (at == 0) return refuse(error, "the JID's local part is empty");
    if (at == rest.npos) return make({}, rest, resource, error);
    return make(rest.substr(0, at), rest.substr(at + 1), resource, error);
}

std::optional<Jid> Jid::make(std::string_view local,
                             std::string_view domain,
                             std::string_view resource,
                             Error* error) {
    Jid jid;
    if (!local.empty()) {
        jid.local_size_ = append("local part", local, append_local, jid.text_, error);
        if (jid.local_size_ == 0) return std::nullopt;
        jid.text_ += '@';
    }
    jid.domain_size_ = append("domain", domain, detail::append_domain, jid.text_, error);
    if (jid.domain_size_ == 0 || !add_resource(jid.text_, resource, error)) return std::nullopt;
    return jid;
}

Jid Jid::bare() const {
    Jid jid;
    jid.text_ = text_.substr(0, domain_end());
    jid.local_size_ = local_size_;
    jid.domain_size_ = domain_size_;
    return jid;
}

std::optional<Jid> Jid::with_resource(std::string_view resource, Error* error) const {
    if (!*this) return refuse(error, "the JID's domain is empty");
    auto jid = bare();
    if (!add_resource(jid.text_, resource, error)) return std::nullopt;
    return jid;
}

Error detail::no_address() { return {Errc::invalid_jid, "no address was given"}; }

std::optional<Jid> Address::jid(Error* error) const {
    Error why = detail::no_address();
    if (empty()) return refuse(error, std::move(why.text));
    auto jid = Jid::parse(text_, &why);
    if (jid) return jid;
    return refuse(error,
                  detail::concat({"'", printable(text_, 512), "' is not an address: ", why.text}));
}

} // namespace headstock

std::size_t std::hash<headstock::Jid>::operator()(const headstock::Jid& jid) const noexcept {
    return static_cast<std::size_t>(bridge::detail::keyed_hash(jid.str()));
}
