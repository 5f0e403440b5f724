#include "headstock/jid.hpp"

#include "headstock/detail/concat.hpp"
#include "headstock/detail/domain_part.hpp"
#include "headstock/detail/precis.hpp"
#include "headstock/detail/unicode.hpp"

#include <algorithm>
#include <stdexcept>

namespace headstock {
namespace {

constexpr std::size_t part_limit = 1023; // bytes, RFC 7622 section 3.1

using Prepare = std::optional<std::string> (*)(std::string_view, std::string&);

std::nullopt_t refuse(Error* error, std::string text) {
    if (error) *error = Error(Errc::invalid_jid, std::move(text));
    return std::nullopt;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
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

std::optional<std::string> prepare_local(std::string_view local, std::string& why) {
    std::optional<std::string> name(local);
    if (is_ascii(local)) {
        std::transform(name->begin(), name->end(), name->begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        });
    } else {
        name = detail::precis::username_case_mapped(local, why);
        if (!name) return std::nullopt;
    }
    // After the mapping: a fullwidth solidus has become a solidus by now.
    why = fault_in_local(*name);
    return why.empty() ? name : std::nullopt;
}

std::optional<std::string> prepare_resource(std::string_view resource, std::string& why) {
    if (!is_ascii(resource)) return detail::precis::opaque_string(resource, why);
    const auto control = std::find_if(resource.begin(), resource.end(), [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
    });
    if (control == resource.end()) return std::string(resource);
    why = not_allowed(*control);
    return std::nullopt;
}

// One part in its final form; `error` is told which part it was.
std::optional<std::string>
prepare(const char* which, std::string_view part, Prepare how, Error* error) {
    std::string why;
    auto prepared = part.size() <= part_limit + 1 ? how(part, why) : std::nullopt; // a dot may go
    if (!prepared && why.empty()) why = "is longer than 1023 bytes";
    if (prepared && prepared->size() > part_limit) {
        why = "is longer than 1023 bytes";
        prepared.reset();
    }
    if (!prepared) return refuse(error, detail::concat({"the JID's ", which, " ", why}));
    return prepared;
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
        const auto name = prepare("local part", local, prepare_local, error);
        if (!name) return std::nullopt;
        jid.local_size_ = static_cast<std::uint16_t>(name->size());
        jid.text_ = *name + '@';
    }
    const auto host = prepare("domain", domain, detail::prepare_domain, error);
    if (!host) return std::nullopt;
    jid.domain_size_ = static_cast<std::uint16_t>(host->size());
    jid.text_ += *host;
    if (!resource.empty()) {
        const auto name = prepare("resource", resource, prepare_resource, error);
        if (!name) return std::nullopt;
        jid.text_.append(1, '/').append(*name);
    }
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
    if (resource.empty()) return jid;
    const auto name = prepare("resource", resource, prepare_resource, error);
    if (!name) return std::nullopt;
    jid.text_.append(1, '/').append(*name);
    return jid;
}

} // namespace headstock
