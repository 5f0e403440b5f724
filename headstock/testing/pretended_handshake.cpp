#include "headstock/testing/pretended_handshake.hpp"

namespace headstock::detail {
namespace {

// The words are those of tls/, which the kit does not link; a test compares them.
Error signed_by_itself() {
    return {Errc::certificate_rejected,
            "the server's certificate is rejected: it is signed by itself, which is not trusted "
            "(the option ca_file names a file of authorities to trust)"};
}

Error broken_off(const std::string& alert) {
    Error why{Errc::tls_failed, "the server ended TLS with the alert " + alert};
    why.condition = alert;
    return why;
}

} // namespace

std::optional<Error> end_of_handshake(const testing::Server::Settings& settings,
                                      bool trusts_any_certificate) {
    switch (settings.handshake) {
    case testing::Handshake::certificate_rejected:
        return trusts_any_certificate ? Error{} : signed_by_itself();
    case testing::Handshake::alert:
        return broken_off(settings.alert);
    case testing::Handshake::silent:
        return std::nullopt;
    case testing::Handshake::succeeds:
        break;
    }
    return Error{};
}

} // namespace headstock::detail
