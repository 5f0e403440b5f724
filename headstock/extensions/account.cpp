#include "headstock/extensions/account.hpp"

#include "headstock/ns.hpp"

#include <utility>

namespace headstock {
namespace {

// No component registers an Account.  But an object of yours may have one inside, hand on to it
// whatever client it is given itself, and so show the password to a component's own domain.
bool has_account(const Jid& jid) { return !jid.local().empty(); }

void tell(const Account::OnAnswer& callback, const Answer<Ok>& answer) {
    if (callback) callback(answer);
}

// How a server takes leave of an account that is no more (XEP-0077 3.2).
bool is_farewell(const Error* failure) {
    return failure != nullptr && failure->code == Errc::unanswered &&
           failure->condition == "not-authorized";
}

} // namespace

Delivery Account::change_password(std::string_view password, OnAnswer callback) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Account");
    const auto& jid = client->jid();
    if (!has_account(jid))
        return not_sent(
            {Errc::invalid_option, jid.str() + " is a component, which has no account"});
    if (password.empty()) return not_sent({Errc::invalid_option, "the new password is empty"});
    if (!client->may_send_password())
        return not_sent({Errc::tls_required,
                         "a change of password shows it, and this session is not ready, or not "
                         "inside verified TLS (Options::insecure_plain_password allows it)"});
    auto query =
        Element{"query", ns::registration}.add("username", jid.local()).add("password", password);
    return client->request(
        iq_set(jid.domain()).add(std::move(query)),
        [callback = std::move(callback)](const Answer<Ok>& answer) { tell(callback, answer); });
}

Delivery Account::cancel(OnAnswer callback) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("Account");
    auto query = Element{"query", ns::registration}.add("remove", "");
    return client->request(
        iq_set().add(std::move(query)), [callback = std::move(callback)](const Answer<Ok>& answer) {
            tell(callback, is_farewell(answer.failure()) ? Answer<Ok>{ok} : answer);
        });
}

} // namespace headstock
