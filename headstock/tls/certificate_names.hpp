// Which server a certificate is for (RFC 9525): names compared with names, nothing else.
//
// Only subjectAltName counts, never the common name.  Host names match dNSName entries and, as RFC
// 6120 13.7.1.2.1 has it for XMPP, SRVName (RFC 4985) and XmppAddr entries; IP literals match
// iPAddress entries, and neither ever matches the other's.  Only a dNSName may hold a wildcard.
#pragma once

#include "headstock/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock::detail {

/// Whom we want to talk to: a host name, or an IP address.
struct ServerName {
    std::string text;    ///< without trailing dot and brackets; with A-labels
    std::string address; ///< 4 or 16 bytes in network order if it is an IP literal, else empty
};

/// Reads an ASCII host name or an IP literal.  Nothing, with Errc::invalid_option, for what is
/// empty, longer than 253 bytes, or holds anything but visible ASCII.
std::optional<ServerName> parse_server_name(std::string_view domain, Error& error);

/// The entries of a subjectAltName that can name a server.
struct CertificateNames {
    std::vector<std::string> hosts{};     ///< dNSName, the bytes as they are, NULs included
    std::vector<std::string> addresses{}; ///< iPAddress, in network order
    std::vector<std::string> services{};  ///< SRVName as it is, "_xmpp-client.example.com"
    std::vector<std::string> domains{};   ///< XmppAddr that is a domain, with A-labels

    /// Takes an otherName: `der` is the content of its GeneralName, the type and the value.  One of
    /// another type, an XmppAddr of anything but a domain in its normal form, and DER that is not
    /// exactly as RFC 4985 and RFC 6120 13.7.1.4 have it name nobody.
    void add_other_name(std::string_view der);

    bool cover(const ServerName& server) const;

    /// "example.com", "_xmpp-client.example.com", "xmpp:example.com", "192.0.2.1": all names, safe
    /// to print whatever the certificate holds.
    std::vector<std::string> list() const;
    /// The first eight of them, as "example.com, _xmpp-client.example.com and 3 more".
    std::string to_text() const;

private:
    template <class F>
    void each(F show) const;
};

} // namespace headstock::detail
