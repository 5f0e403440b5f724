// Is the server there?  `Liveness` says when it is to be asked; how, and what follows, is here.
#include "headstock/base/seconds.hpp"
#include "headstock/ns.hpp"
#include "headstock/session/session.hpp"
#include "headstock/stream/stanza_xml.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {

void Session::check_liveness() {
    if (state_ != State::ready) return;
    switch (liveness_.check(outbox_.taken(), now_)) {
    case Liveness::Verdict::fine:
        return;
    case Liveness::Verdict::ask:
        return ask_if_alive();
    case Liveness::Verdict::lost:
        return lose_server("the server is silent: it was asked whether it is there, and has said "
                           "nothing for ",
                           options_.timeouts.alive);
    }
}

void Session::ask_if_alive() {
    acks_.on() ? ask_for_ack() : ping_server();
    liveness_.asked(options_.timeouts.alive, now_);
}

// XEP-0199.  A component has no account at the server, and asks itself by way of it.
void Session::ping_server() {
    const auto id = tokens_();
    const bool component = options_.role == StreamRole::component;
    const std::string domain{jid_.domain()};
    auto iq = iq_get(domain).set("id", id).add(Element{"ping", ns::ping});
    if (component) iq.set("from", domain);
    requests_.add({.id = id,
                   .to = domain,
                   .callback = [](const Response&) {},
                   .deadline = deadline_after(now_, options_.timeouts.alive),
                   .asker = component ? domain : std::string{},
                   .number = outbox_.next_number()});
    Draft draft{outbox_};
    draft.bytes() += stanza_xml(iq);
    keep_own(draft, {"iq", domain, id, Outbox::Scope::connection});
}

// A server may have resumed a session to which it does not listen any more (Prosody 0.12, when the
// connection was cut in the middle of a stanza), and would do so for ever.
void Session::lose_server(std::string_view why, std::chrono::milliseconds time) {
    lost_by_us_ = true;
    if (acks_.is_resumed_in_vain()) acks_.forget_resumption();
    fail(worded(Errc::timed_out, [&] {
        return concat({why, seconds(time), " (Timeouts::alive)"});
    }));
}

} // namespace headstock::detail
