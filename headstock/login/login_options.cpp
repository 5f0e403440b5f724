#include "headstock/login/login_options.hpp"

#include "headstock/jid.hpp"

namespace headstock::detail {
namespace {

Error unusable(const char* why) { return {Errc::invalid_option, why}; }

} // namespace

Error check_login_options(const Options& options) {
    if (options.minimum_iterations > options.maximum_iterations)
        return unusable("Options::minimum_iterations is more than maximum_iterations");
    if (options.client_certificate.empty() != options.client_key.empty())
        return unusable("Options::client_certificate and client_key are given both or not at all");
    if (options.bind2 && !options.sasl2)
        return unusable("Options::bind2 is part of a login by SASL2, and Options::sasl2 is false");
    if (options.authzid.empty()) return {};
    const auto account = Jid::parse(options.authzid);
    if (account && account->is_bare()) return {};
    return unusable("Options::authzid is the address of an account, as romeo@example.org is");
}

} // namespace headstock::detail
