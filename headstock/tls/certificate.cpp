#include "headstock/tls/certificate.hpp"

#include "headstock/text/concat.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <cstdio>
#include <cstring>

namespace headstock::detail {
namespace {

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

std::string date(const mbedtls_x509_time& time) {
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", time.year, time.mon, time.day);
    return text;
}

std::string subject(const mbedtls_x509_crt& certificate) {
    char text[256];
    const int length = mbedtls_x509_dn_gets(text, sizeof text, &certificate.subject);
    return length > 0 ? std::string(text, static_cast<std::size_t>(length)) : "a long name";
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

bool serves(const mbedtls_x509_crt& certificate) {
    return mbedtls_x509_crt_check_extended_key_usage(&certificate, MBEDTLS_OID_SERVER_AUTH,
                                                     MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) ==
           0;
}

void append_plain(std::vector<std::string>& reasons, std::uint32_t flags) {
    for (const auto& fault : plain_faults) {
        if (flags & fault.flag) reasons.emplace_back(fault.words);
    }
    if (const auto rest = flags & ~named_flags) {
        reasons.push_back(concat({"it failed a check (mbedTLS flags ", std::to_string(rest), ")"}));
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

} // namespace

void CertificateCheck::look_at(const mbedtls_x509_crt& certificate,
                               int depth,
                               std::uint32_t& flags) {
    if (depth == 0) return look_at_server(certificate, flags);
    auto found = reasons_for(certificate, depth, flags);
    if (flags == MBEDTLS_X509_BADCERT_NOT_TRUSTED) { // says enough about the server's by itself
        reasons_.insert(reasons_.end(), found.begin(), found.end());
        return;
    }
    for (const auto& reason : found) {
        reasons_.push_back(concat({"its issuer ", subject(certificate), ": ", reason}));
    }
}

void CertificateCheck::look_at_server(const mbedtls_x509_crt& certificate, std::uint32_t& flags) {
    seen_ = true;
    const auto names = names_in(certificate);
    flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_CN_MISMATCH);
    if (!serves(certificate)) flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
    auto found = reasons_for(certificate, 0, flags);
    if (!names.cover(server_)) {
        flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
        const auto whom = names.to_text();
        found.push_back(concat(
            {"it is for ", whom.empty() ? "no host at all" : whom, ", not for ", server_.text}));
    }
    reasons_.insert(reasons_.begin(), found.begin(), found.end());
}

void CertificateCheck::add_usage(std::uint32_t flags) {
    if (reasons_.empty()) append_plain(reasons_, flags & usage_flags);
}

Error CertificateCheck::error() const {
    std::string text = "the server's certificate is rejected: ";
    for (const auto& reason : reasons_) {
        if (&reason != &reasons_.front()) text += "; ";
        text += reason;
    }
    return {Errc::certificate_rejected, std::move(text)};
}

} // namespace headstock::detail
