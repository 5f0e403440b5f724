// One connection of several, until one of them is chosen: TLS, and the stream up to the place where
// the login would begin.
#pragma once

#include "headstock/connect_report.hpp"
#include "headstock/session/recorder.hpp"
#include "headstock/session/session.hpp"
#include "headstock/tls/tls.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock::detail {

/// How a connection becomes secure.
struct TlsMeans {
    std::shared_ptr<const TlsContext> context{};
    std::string domain{}; ///< Whom the certificate must name.
    CertificateRules rules{};
    /// In the place of all that: see ClientCore::pretended_handshake.
    const std::function<std::optional<Error>()>* pretended = nullptr;

    /// `offers`: whether ALPN says that this is a client's (XEP-0368).
    std::unique_ptr<TlsSession> make(bool offers) const;
};

/// What the end of a connection comes to that `tls` was on: `why`, and what TLS makes of it.
/// Whoever cuts a connection can end it by FIN or RST; to end TLS takes the key.  `shakes`: the
/// handshake was not over.
Error end_of_tls(TlsSession& tls, bool shakes, const Error& why);

/// Carries no password, and nothing that shows one.
class Approach final : private Stream::Owner {
public:
    /// `session`, `means` and `options` are borrowed.  `peer` is how errors call the other end.
    Approach(Session& session,
             const TlsMeans& means,
             const Settings& options,
             Tls tls,
             unsigned number,
             std::string peer);

    virtual ~Approach() = default;
    Approach(const Approach&) = delete;
    Approach& operator=(const Approach&) = delete;

    // --- what happens ----------------------------------------------------------------------------

    void connected(Reach reach);
    /// Borrowed until what may_log_in() asks for is done.
    void received(std::string_view wire);
    /// The connection is gone.
    void ended(const Error& why);
    void look_at_clock(std::uint64_t now) { stream_->look_at_clock(now); }
    void user_is_asked() { stream_->user_is_asked(); }
    void tick();
    /// It is not chosen, or nobody wants a connection any more: a farewell is written.
    void leave();

    // --- what came of it -------------------------------------------------------------------------

    /// The server offers a way to log in that we take.
    bool may_log_in() const { return !over_ && stream_->may_log_in(); }
    /// It is of no use, and why.
    bool failed() const { return static_cast<bool>(error_); }
    Error take_error() { return std::exchange(error_, {}); }
    Reached reached() const;
    bool is_secure() const { return stream_->is_secure(); }
    std::optional<std::uint64_t> deadline() const { return stream_->deadline(); }

    /// What is to be written.
    std::string_view wire() const { return wire_; }
    /// So many bytes of it were.
    void written(std::size_t bytes);
    std::string take_wire();

    /// What the client goes on with, once it is chosen.
    struct Chosen {
        Session::Negotiated negotiated;
        std::unique_ptr<TlsSession> tls;
        std::string wire;          ///< That is not written yet.
        std::uint64_t written = 0; ///< Bytes before it.
    };
    Chosen take();

private:
    // Stream::Owner
    void write(std::string_view xml) override;
    void write_secret(std::string_view xml, std::string_view shown) override;
    bool run_hook(std::string_view name, const std::function<void()>& hook) override;
    void write_space() override {}
    RegistrationReply make_form_reply(std::string id) override;
    void note(std::string_view line) override;
    void stream_restarts() override { recorder_.clear(); }
    void session_not_resumed(std::optional<std::uint32_t>) override {}
    std::string user_agent_id() override;

    void look_at_stream();
    void start_tls_if_due();
    void pretend_tls();
    void advance_tls();
    void give(std::string_view plain);
    void record(std::string_view plain);
    void log(const bridge::Parser::Event& event);
    void fail(Error why);
    void end_stream(std::string_view condition);

    Session& session_;
    const TlsMeans& means_;
    const Settings& options_;
    Tls tls_;
    unsigned number_;
    std::string peer_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<TlsSession> secured_{};
    Recorder recorder_{};
    std::string wire_{};
    std::string plain_{};
    std::uint64_t written_ = 0;
    bool connected_ = false;
    bool over_ = false; ///< Nothing is read any more.
    Error error_{};
};

} // namespace headstock::detail
