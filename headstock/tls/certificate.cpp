#include "headstock/tls/certificate.hpp"

#include "headstock/server_certificate.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/tls/name_constraints.hpp"
#include "headstock/tls/pins.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t longest_shown_name = 1024; // shown, its terminating zero included

constexpr std::uint32_t usage_flags = MBEDTLS_X509_BADCERT_KEY_USAGE |
                                      MBEDTLS_X509_BADCERT_EXT_KEY_USAGE |
                                      MBEDTLS_X509_BADCERT_NS_CERT_TYPE;

// Flags with one sentence each, whatever the certificate.
struct Fault {
    std::uint32_t flag;
    const char* words;
};
constexpr Fault plain_faults[] = {
    {MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, "it may not be used by a server (extended key usage)"},
    {MBEDTLS_X509_BADCERT_KEY_USAGE, "its key may not be used to sign a handshake (key usage)"},
    {MBEDTLS_X509_BADCERT_NS_CERT_TYPE, "it may not be used by a server (certificate type)"},
    {MBEDTLS_X509_BADCERT_BAD_MD, "it is signed with a hash that is too weak"},
    {MBEDTLS_X509_BADCERT_BAD_PK, "it is signed with an algorithm that is not accepted"},
    {MBEDTLS_X509_BADCERT_BAD_KEY, "its key is too weak or of a kind that is not accepted"},
    {MBEDTLS_X509_BADCERT_REVOKED, "it was revoked"},
};

// Everything that a reason below or above names; what else mbedTLS may find is told by number.
constexpr std::uint32_t named_flags =
    usage_flags | MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK |
    MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_REVOKED | MBEDTLS_X509_BADCERT_EXPIRED |
    MBEDTLS_X509_BADCERT_FUTURE | MBEDTLS_X509_BADCERT_NOT_TRUSTED |
    MBEDTLS_X509_BADCERT_CN_MISMATCH;

// What mbedTLS does not know, so that it acts on it: limits of an authority, a pin.
constexpr std::uint32_t own_flag = MBEDTLS_X509_BADCERT_OTHER;

std::string date(const mbedtls_x509_time& time) {
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", time.year, time.mon, time.day);
    return text;
}

bool self_signed(const mbedtls_x509_crt& certificate) {
    const auto& issuer = certificate.issuer_raw;
    const auto& owner = certificate.subject_raw;
    return issuer.len == owner.len && std::memcmp(issuer.p, owner.p, owner.len) == 0;
}

std::string distrust(const mbedtls_x509_crt& certificate, int depth) {
    const std::string by = depth == 0 && self_signed(certificate)
                               ? "it is signed by itself, which is not trusted"
                               : "it is signed by an authority that is not trusted";
    return by + " (the option ca_file names a file of authorities to trust)";
}

bool may_serve(const mbedtls_x509_crt& certificate) {
    return mbedtls_x509_crt_check_extended_key_usage(&certificate, MBEDTLS_OID_SERVER_AUTH,
                                                     MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) ==
           0;
}

// What mbedTLS looks at when all the rest is done, and then nobody can accept it any more.  In each
// of our cipher suites the key signs.
std::uint32_t wrong_use(const mbedtls_x509_crt& certificate) {
    std::uint32_t flags = 0;
    if (mbedtls_x509_crt_check_key_usage(&certificate, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0)
        flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
    if (!may_serve(certificate)) flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
    return flags;
}

void append_plain(std::vector<std::string>& reasons, std::uint32_t flags) {
    for (const auto& fault : plain_faults) {
        if (flags & fault.flag) reasons.emplace_back(fault.words);
    }
    if (const auto rest = flags & ~named_flags) {
        reasons.push_back(concat({"it failed a check (mbedTLS flags ", decimal(rest), ")"}));
    }
}

std::vector<std::string>
reasons_for(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags) {
    std::vector<std::string> reasons;
    if (flags & MBEDTLS_X509_BADCERT_EXPIRED) {
        reasons.push_back("it expired on " + date(certificate.valid_to));
    }
    if (flags & MBEDTLS_X509_BADCERT_FUTURE) {
        reasons.push_back(concat({"it is not valid before ", date(certificate.valid_from),
                                  ": check this machine's clock"}));
    }
    if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) {
        reasons.push_back(distrust(certificate, depth));
    }
    append_plain(reasons, flags);
    return reasons;
}

// Uses that an authority's certificate names are those that it may vouch for, as OpenSSL and the
// CA/Browser Forum have it: one for mail is audited for nothing else.  mbedTLS looks at them in the
// server's own certificate only.
void look_for_other_use(const mbedtls_x509_crt& authority,
                        std::vector<std::string>& reasons,
                        std::uint32_t& flags) {
    if (may_serve(authority)) return;
    flags |= own_flag;
    reasons.emplace_back("it may not vouch for servers (extended key usage)");
}

// Whatever vouches for names that it may not vouch for has to be refused, and which these are is
// not known.  An authority that the program trusts is held to it too, as OpenSSL does.
void look_for_constraints(const mbedtls_x509_crt& certificate,
                          std::vector<std::string>& reasons,
                          std::uint32_t& flags) {
    if (!has_name_constraints(certificate)) return;
    flags |= own_flag;
    reasons.emplace_back("it may vouch for some names only (name constraints), which is not "
                         "understood here: the server needs one of another authority");
}

} // namespace

CertificateNames names_in(const mbedtls_x509_crt& certificate) {
    constexpr int host = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2; // RFC 5280 4.2.1.6
    constexpr int address = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;
    constexpr int other = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED; // [0]
    CertificateNames names;
    for (const auto* entry = &certificate.subject_alt_names; entry; entry = entry->next) {
        if (!entry->buf.p) continue;
        std::string bytes(reinterpret_cast<const char*>(entry->buf.p), entry->buf.len);
        if (entry->buf.tag == host)
            names.hosts.push_back(std::move(bytes));
        else if (entry->buf.tag == address)
            names.addresses.push_back(std::move(bytes));
        else if (entry->buf.tag == other)
            names.add_other_name(bytes);
    }
    return names;
}

std::string text_of(const mbedtls_asn1_named_data& name) {
    char text[longest_shown_name];
    const int length = mbedtls_x509_dn_gets(text, sizeof text, &name);
    return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : "a long name";
}

void CertificateCheck::look_at(const mbedtls_x509_crt& certificate,
                               int depth,
                               std::uint32_t& flags) {
    depth == 0 ? look_at_server(certificate, flags) : look_at_issuer(certificate, depth, flags);
}

// mbedTLS adds up the flags of all, so that those above the server's own have to be held back while
// it is not known whether they count.
void CertificateCheck::look_at_issuer(const mbedtls_x509_crt& certificate,
                                      int depth,
                                      std::uint32_t& flags) {
    auto found = reasons_for(certificate, depth, flags);
    look_for_constraints(certificate, found, flags);
    look_for_other_use(certificate, found, flags);
    const bool says_enough = flags == MBEDTLS_X509_BADCERT_NOT_TRUSTED; // about the server's own
    const auto whose =
        says_enough ? std::string{} : concat({"its issuer ", text_of(certificate.subject), ": "});
    for (const auto& reason : found) reasons_.push_back(concat({whose, reason}));
    if (rules_.judge != nullptr) above_ |= std::exchange(flags, 0);
}

void CertificateCheck::look_at_server(const mbedtls_x509_crt& certificate, std::uint32_t& flags) {
    seen_ = true;
    const auto names = names_in(certificate);
    flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_CN_MISMATCH);
    flags |= wrong_use(certificate);
    auto found = reasons_for(certificate, 0, flags);
    look_for_constraints(certificate, found, flags);
    if (!names.cover(server_)) {
        flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
        const auto whom = names.to_text();
        found.push_back(concat(
            {"it is for ", whom.empty() ? "no host at all" : whom, ", not for ", server_.text}));
    }
    for (auto& reason : reasons_) found.push_back(std::move(reason)); // of those above it
    reasons_.swap(found);
    flags |= std::exchange(above_, 0);
    judge(certificate, flags);
}

// Pins are looked at behind all else (RFC 7469 2.6): who has no good certificate cannot end a
// client by one that is not pinned.
void CertificateCheck::judge(const mbedtls_x509_crt& certificate, std::uint32_t& flags) {
    if (!look_at_pins(&certificate)) {
        flags |= own_flag;
        if (reasons_.empty()) return;
        not_pinned_ = false;
        reasons_.push_back(concat({"nor is it pinned: ", shown_}));
        return;
    }
    const bool may_be_accepted = !reasons_.empty() && (flags & usage_flags) == 0;
    if (!may_be_accepted || rules_.judge == nullptr) return;
    ask(certificate);
    if (accepted_) flags = 0;
}

// What the program does meanwhile is nothing that mbedTLS has done.
void CertificateCheck::ask(const mbedtls_x509_crt& certificate) {
    const std::string_view der{reinterpret_cast<const char*>(certificate.raw.p),
                               certificate.raw.len};
    const ServerCertificate shown{server_.text, reasons_, std::string{der}};
    const int before = errno;
    auto objection = rules_.judge->objection(shown);
    errno = before;
    accepted_ = objection.empty();
    if (!accepted_) reasons_.push_back(std::move(objection));
}

bool CertificateCheck::look_at_pins(const mbedtls_x509_crt* certificate) {
    if (rules_.pins == nullptr || rules_.pins->empty()) return true;
    if (certificate == nullptr) return false;
    const auto key = key_pin(*certificate);
    const auto whole = certificate_pin(*certificate);
    for (const auto& pin : *rules_.pins) {
        if (pin == key || pin == whole) return true;
    }
    shown_ = concat({"its key is ", key, ", its certificate ", whole});
    not_pinned_ = true;
    return false;
}

Error CertificateCheck::error() const {
    if (not_pinned_) {
        constexpr auto what_to_do =
            "; if its operator says that this is its new key, put that into "
            "the pins";
        return {Errc::pin_mismatch, concat({"the server of ", server_.text,
                                            " shows none of Options::pins: ", shown_, what_to_do})};
    }
    std::string text;
    for (const auto& reason : reasons_) {
        text += text.empty() ? "the server's certificate is rejected: " : "; ";
        text += reason;
    }
    return {Errc::certificate_rejected, std::move(text)};
}

} // namespace headstock::detail
