// An external component (XEP-0114): a domain of its own beside a server, on a libuv loop.
#pragma once

#include "headstock/client_of.hpp"
#include "headstock/export.hpp"
#include "headstock/on_loop.hpp"
#include "headstock/options.hpp"

#include <string_view>

namespace headstock {

/// Connects to the component port of a server, proves that it knows the secret, and calls the
/// handlers registered in it: those of a client, unchanged.
///
///     headstock::AsyncComponent component{"bot.example.org", "secret", {.hostname = "127.0.0.1"}};
///     component.register_handler(my_object);
///     if (auto error = component.run()) std::cerr << error.message() << '\n';
///
/// What differs from AsyncClient, whose words on sessions, threads and lifetimes hold here too:
/// - It speaks for its domain and every address in it: bot.example.org, any@bot.example.org/where.
///   What it sends needs a `to`; a missing `from` becomes the domain, one outside of it is refused
///   with Errc::invalid_stanza.  A raw stanza says both.  Answers, those of reply_to() and
///   error_reply() too, are from the address that was asked; the answer to a request counts only
///   when it is to the address that asked.
/// - In rows, in elements and in send_stanza() its stanzas are in ns::client, as a client's are.
/// - There is no account, so no roster and no presence of its own: answer `presence` rows for the
///   addresses that shall be seen, and take their presence back before stop() where somebody minds.
///   `.from_account()` and `.from_server()` mean the component's own domain.
/// - It has options of its own (ComponentOptions).  Unless told otherwise it talks in clear, and to
///   this machine only; ComponentTls says what else there is.
/// - A refused secret is Errc::not_authorized.
class HEADSTOCK_API AsyncComponent : public ClientOf<AsyncComponent>, public OnLoop {
public:
    /// What needs an account (Roster, Presence, Account) cannot be registered: a compile error.
    static constexpr bool has_account = false;

    /// Nothing is checked or connected before run() or start().
    AsyncComponent(std::string_view domain,
                   std::string_view secret,
                   const ComponentOptions& options = {});
};

} // namespace headstock
