#include "headstock/testing/server.hpp"

#include "headstock/ns.hpp"
#include "headstock/testing/login_words.hpp"
#include "headstock/testing/managed_session.hpp"
#include "headstock/testing/sasl_server.hpp"
#include "headstock/testing/stream_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

namespace headstock::testing {
namespace {

using bridge::Element;

std::string result_of(const Element& iq, const std::string& content = {}) {
    const auto answer = "<iq type='result' id='" + std::string{iq.attribute("id")} + "'";
    return answer + (content.empty() ? "/>" : ">" + content + "</iq>");
}

std::string quoted(std::string_view ns) { return "'" + std::string{ns} + "'"; }

} // namespace

// Bytes become elements in run(); after that there is one function for each element that a client
// may write, which says what the server says to it.
class Server::Impl final {
public:
    explicit Impl(Settings chosen) : settings(std::move(chosen)) {}

    Settings settings;
    std::string output;
    std::vector<Stanza> stanzas;
    std::string bound;
    bool secured = false;
    bool wants_tls = false;
    bool ended = false;

    void connected() {
        reader_.restart();
        output.clear();
        bound.clear();
        secured = wants_tls = ended = restart_due_ = false;
        sasl_ = {};
    }

    void say_stanza(std::string xml) {
        output += xml;
        managed_.stanza_said(std::move(xml));
    }
    std::size_t unacked() const { return managed_.unacked(); }
    Fault fault;
    std::uint64_t acks = 0;

    void receive(std::string_view bytes) {
        if (ended) return; // what comes behind the end of a stream is nobody's
        reader_.feed(bytes);
        run();
    }

private:
    void answer_ack_request() {
        const bool faulty = acks++ == fault.after;
        if (faulty && fault.kind == Fault::Kind::lost_ack) return;
        output += managed_.answer();
        if (faulty && fault.kind == Fault::Kind::doubled_ack) output += managed_.answer();
    }

    void run() {
        using Kind = detail::StreamReader::Kind;
        for (;;) {
            const auto piece = reader_.next();
            if (piece.kind == Kind::nothing) return;
            if (piece.kind == Kind::end) return on_stream_end();
            if (piece.kind == Kind::give_up) {
                ended = true;
                return;
            }
            piece.kind == Kind::header ? on_header() : on_element(*piece.element, piece.xml);
            if (std::exchange(restart_due_, false)) return reader_.restart_in_stream();
        }
    }

    void on_header() {
        output += "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream=" +
                  quoted(ns::stream) + " id='s1' version='1.0' from='" + settings.domain + "'>";
        if (!settings.stream_error.empty() &&
            (secured || settings.starttls == StartTls::not_offered)) {
            output += "<stream:error>" + settings.stream_error + "</stream:error></stream:stream>";
            ended = true;
            return;
        }
        say_features();
    }

    void say_features() {
        using detail::LoginStep;
        const bool in_clear = settings.starttls != StartTls::not_offered && !secured;
        const auto next = in_clear             ? LoginStep::begin_tls
                          : !sasl_.succeeded() ? LoginStep::log_in
                          : bound.empty()      ? LoginStep::bind
                                               : LoginStep::none;
        output += detail::features_of(settings, next, secured, mechanism());
    }

    enum class When : std::uint8_t { before_binding, after_binding };
    struct Known {
        bridge::Name name;
        When when;
        void (Impl::*answer)(const Element&);
    };

    // Whatever is no stanza has a row here.
    static const Known* find(const Element& element, When when) {
        static constexpr Known all[] = {
            {{"starttls", ns::tls}, When::before_binding, &Impl::on_starttls},
            {{"auth", ns::sasl}, When::before_binding, &Impl::on_auth},
            {{"response", ns::sasl}, When::before_binding, &Impl::on_response},
            {{"abort", ns::sasl}, When::before_binding, &Impl::on_abort},
            {{"authenticate", ns::sasl2}, When::before_binding, &Impl::on_authenticate},
            {{"response", ns::sasl2}, When::before_binding, &Impl::on_sasl2_response},
            {{"abort", ns::sasl2}, When::before_binding, &Impl::on_abort},
            {{"iq", ns::client}, When::before_binding, &Impl::on_bind},
            {{"error", ns::stream}, When::before_binding, &Impl::on_stream_error},
            {{"resume", ns::stream_management}, When::before_binding, &Impl::on_resume},
            {{"enable", ns::stream_management}, When::after_binding, &Impl::on_enable},
            {{"r", ns::stream_management}, When::after_binding, &Impl::on_ack_request},
            {{"a", ns::stream_management}, When::after_binding, &Impl::on_ack},
        };
        const auto* found = std::find_if(std::begin(all), std::end(all), [&](const Known& known) {
            return known.when == when && known.name == element.name();
        });
        return found == std::end(all) ? nullptr : found;
    }

    void on_element(const Element& element, const std::string& xml) {
        const auto when = bound.empty() ? When::before_binding : When::after_binding;
        if (const auto* known = find(element, when)) return (this->*known->answer)(element);
        if (when == When::before_binding)
            refuse("no resource is bound yet, and before that it understands nothing of the kind",
                   xml);
        on_stanza(element, xml);
    }

    void on_stanza(const Element& stanza, const std::string& xml) {
        const bool iq = stanza.is("iq", ns::client);
        if (iq && open_legacy_session(stanza)) return;
        if (stanza.ns() == ns::client) managed_.stanza_came();
        stanzas.push_back({xml, stanza});
        if (iq) answer_ping(stanza);
    }

    [[noreturn]] static void refuse(const std::string& why, const std::string& xml) {
        throw std::runtime_error("headstock::testing::Server: " + why + ": " + xml);
    }

    void on_starttls(const Element&) {
        if (settings.starttls == StartTls::refused) {
            output += "<failure xmlns=" + quoted(ns::tls) + "/></stream:stream>";
            ended = true;
            return;
        }
        output += "<proceed xmlns=" + quoted(ns::tls) + "/>";
        wants_tls = true;
        restart_due_ = true;
    }

    std::string_view mechanism() const {
        if (settings.anonymous) return "ANONYMOUS";
        return settings.plain ? "PLAIN" : "SCRAM-SHA-1";
    }

    void on_auth(const Element& auth) {
        output += begin_sasl(auth, auth.text());
        restart_due_ = sasl_.succeeded();
    }

    std::string begin_sasl(const Element& auth, std::string_view initial) {
        if (!settings.sasl_failure.empty()) return detail::sasl_failure(settings.sasl_failure);
        sasl_ = {settings.password, settings.rounds};
        if (auth.child("fast", ns::fast)) return sasl_.token(initial, token_);
        if (auth.attribute("mechanism") != mechanism())
            refuse("it has not offered this mechanism", auth.xml());
        return settings.anonymous ? sasl_.anonymous()
               : settings.plain   ? sasl_.plain(initial)
                                  : sasl_.scram(initial);
    }

    void on_response(const Element& response) {
        output += sasl_.response(response.text());
        restart_due_ = sasl_.succeeded();
    }

    void on_authenticate(const Element& element) {
        asked_ = element;
        say_sasl2(begin_sasl(element, element.child("initial-response").text()));
    }

    void on_sasl2_response(const Element& response) { say_sasl2(sasl_.response(response.text())); }

    // In the order in which XEP-0388 and XEP-0386 have it done.
    void say_sasl2(const std::string& answer) {
        if (!sasl_.succeeded()) {
            output += detail::in_sasl2(answer);
            return;
        }
        std::string together;
        std::string sent_again;
        if (const auto& resume = asked_.child("resume", ns::stream_management)) {
            together = resumption(resume);
            if (!bound.empty()) sent_again = together.substr(together.find("/>") + 2);
            together.resize(together.size() - sent_again.size());
        }
        const bool resumed = !bound.empty();
        if (const auto& bind = asked_.child("bind", ns::bind2); bind && !resumed)
            together += bind_together(bind);
        if (asked_.child("request-token", ns::fast)) together += give_token();
        const auto bare = sasl_.user() + "@" + settings.domain;
        output += detail::in_sasl2(answer, together, bound.empty() ? bare : bound) + sent_again;
        if (!resumed) say_features();
    }

    std::string bind_together(const Element& bind) {
        take_resource(std::string{bind.child("tag").text()} + ".stage");
        std::string enabled;
        if (const auto& enable = bind.child("enable", ns::stream_management))
            enabled = managed_.enable(enable.attribute("resume") == "true");
        return "<bound xmlns=" + quoted(ns::bind2) + ">" + enabled + "</bound>";
    }

    std::string give_token() {
        token_ = "token-" + std::to_string(++tokens_);
        return "<token xmlns=" + quoted(ns::fast) + " token='" + token_ +
               "' expiry='2027-01-01T00:00:00Z'/>";
    }

    // As of a login that took too long; what follows is the end of the stream.
    void on_stream_error(const Element&) {}

    void on_abort(const Element&) { output += detail::sasl_failure("aborted"); }

    void on_bind(const Element& iq) {
        const auto& asked = iq.child("bind", ns::bind);
        if (!asked || !sasl_.succeeded())
            refuse("a client binds a resource, after its login, before it sends stanzas", iq.xml());
        take_resource(std::string{asked.child("resource").text()});
        auto answer = Element{"bind", ns::bind};
        answer.append("jid").add_text(bound);
        output += result_of(iq, answer.xml());
    }

    void take_resource(std::string resource) {
        if (resource.empty()) resource = "stage";
        if (!settings.resource.empty()) resource = settings.resource;
        bound = bound_before_ = sasl_.user() + "@" + settings.domain + "/" + resource;
        managed_.forget();
    }

    // RFC 3921 section 3: only with <session/> among Settings::extra_features.
    bool open_legacy_session(const Element& iq) {
        if (!iq.child("session", ns::session)) return false;
        output += result_of(iq);
        return true;
    }

    void answer_ping(const Element& iq) {
        const auto to = iq.attribute("to");
        if (settings.answers_pings && iq.attribute("type") == "get" && iq.child("ping", ns::ping) &&
            (to.empty() || to == settings.domain))
            say_stanza(result_of(iq));
    }

    void on_resume(const Element& resume) { output += resumption(resume); }

    std::string resumption(const Element& resume) {
        auto answer = settings.resume_answer;
        if (answer.empty() && settings.keeps_sessions) answer = managed_.resume(resume);
        if (answer.empty()) answer = managed_.refuse(resume);
        if (answer.starts_with("<resumed"))
            bound = bound_before_.empty() ? "resumed" : bound_before_;
        return answer;
    }

    // Without Settings::stream_management it is not offered, and no client should ask for it.
    void on_enable(const Element& enable) {
        if (settings.stream_management)
            output += managed_.enable(enable.attribute("resume") == "true");
    }

    void on_ack_request(const Element&) {
        if (managed_.on()) answer_ack_request();
    }

    void on_ack(const Element& a) {
        if (managed_.on()) managed_.acknowledged(a);
    }

    // Before a resource is bound no session is on this stream.
    void on_stream_end() {
        if (!bound.empty()) managed_.forget();
        output += "</stream:stream>";
        ended = true;
    }

    detail::StreamReader reader_{};
    bool restart_due_ = false;
    detail::SaslServer sasl_{};
    detail::ManagedSession managed_{};
    Element asked_{"none"}; ///< For what SASL2 does together with the login.
    std::string token_{};   ///< That was given last.
    unsigned tokens_ = 0;
    std::string bound_before_; ///< In the session that may be resumed.
};

Server::Server() : Server(Settings{}) {}
Server::Server(Settings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Server::Settings& Server::settings() { return impl_->settings; }
void Server::connected() { impl_->connected(); }

void Server::secured() { impl_->secured = true; }
bool Server::wants_tls() const { return impl_->wants_tls; }
void Server::receive(std::string_view bytes) { impl_->receive(bytes); }
void Server::says(std::string_view xml) { impl_->output += xml; }
void Server::says(const bridge::Element& stanza) { impl_->say_stanza(stanza.xml()); }
void Server::asks_for_ack() { impl_->output += "<r xmlns=" + quoted(ns::stream_management) + "/>"; }
void Server::set_fault(const Fault& fault) { impl_->fault = fault; }
std::uint64_t Server::acks() const { return impl_->acks; }
std::size_t Server::unacknowledged() const { return impl_->unacked(); }
std::string Server::take_output() { return std::exchange(impl_->output, {}); }
std::vector<Server::Stanza> Server::take_stanzas() { return std::exchange(impl_->stanzas, {}); }
const std::string& Server::bound() const { return impl_->bound; }
bool Server::ended() const { return impl_->ended; }

} // namespace headstock::testing
