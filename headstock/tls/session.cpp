#define MBEDTLS_ALLOW_PRIVATE_ACCESS // 3.x: the number of a fatal alert stands in no public place

#include "headstock/base/out_of_memory.hpp"
#include "headstock/text/concat.hpp"
#include "headstock/tls/tls.hpp"

#include "headstock/tls/alert.hpp"
#include "headstock/tls/certificate.hpp"
#include "headstock/tls/channel_bindings.hpp"
#include "headstock/tls/config.hpp"

#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

namespace headstock::detail {
namespace {

using Status = TlsSession::Status;

constexpr std::size_t largest_record = 16384; // RFC 8446 5.1, of plaintext
constexpr int most_refusals = 4;              // of what a peer may ask for behind the handshake

// What put() says when the peer makes us write again and again.  mbedTLS hands it through, and has
// no such number of its own.
constexpr int too_many_refusals = MBEDTLS_ERR_NET_SEND_FAILED;

// mbedTLS adds a low-level code to a high-level one: 0xff80 masks the latter.
bool is_certificate_error(int code) {
    const int high = -code & 0xff80;
    return high >= -MBEDTLS_ERR_X509_FEATURE_UNAVAILABLE && high <= -MBEDTLS_ERR_X509_FATAL_ERROR;
}

// Of what we offered in our hello: mbedTLS has one number for all of it.
bool is_bad_choice(int code) {
#if defined(MBEDTLS_ERR_SSL_BAD_HS_SERVER_HELLO)
    return code == MBEDTLS_ERR_SSL_BAD_HS_SERVER_HELLO;
#else
    return code == MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER || code == MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE;
#endif
}

// Calls mbedTLS, which hides many an allocation that failed behind another error, as a certificate
// that is not trusted.
template <class F>
int told_of_memory(F call) {
    errno = 0;
    const int result = call();
    const bool failed = result < 0 && result != MBEDTLS_ERR_SSL_WANT_READ;
    return failed && errno == ENOMEM ? MBEDTLS_ERR_SSL_ALLOC_FAILED : result;
}

} // namespace

struct TlsSession::Impl {
    enum class Phase { handshaking, open, closed, failed };

    Impl(std::shared_ptr<const TlsContext> shared,
         std::vector<std::string> offered,
         CertificateRules wanted);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void start(std::string_view domain);
    int set_up(const ServerName& server);
    Status fail(Error why);
    Status fail(int code);
    Error error_of(int code) const;
    Error connection_cut() const;
    Error alert(std::string name) const;
    Status confirm();
    Status step_of_handshake();
    Status read_all(std::string& out);
    void drop_taken();

    static int take(void* self, unsigned char* out, std::size_t size) noexcept;
    static int put(void* self, const unsigned char* data, std::size_t size) noexcept;
    static int
    look_at(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) noexcept;

    std::shared_ptr<const TlsContext> context;
    std::vector<std::string> protocols;
    CertificateRules rules;
    std::vector<const char*> protocol_pointers{}; // mbedTLS keeps the array, null at its end
    mbedtls_ssl_config config{};
    mbedtls_ssl_context ssl{};
    std::optional<CertificateCheck> check{};
    Phase phase = Phase::handshaking;
    bool may_write = true;
    bool ended = false;   // receive_end()
    bool reading = false; // what mbedTLS writes now answers the peer
    int refusals = 0;     // answers of that kind so far
    std::string input{};
    std::size_t taken = 0; // of input, by mbedTLS
    std::string output{};
    Error error{};
};

TlsSession::Impl::Impl(std::shared_ptr<const TlsContext> shared,
                       std::vector<std::string> offered,
                       CertificateRules wanted)
    : context(std::move(shared)), protocols(std::move(offered)), rules(wanted) {
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
}

TlsSession::Impl::~Impl() {
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&config);
}

void TlsSession::Impl::start(std::string_view domain) {
    Error unusable;
    const auto server = parse_server_name(domain, unusable);
    if (!server) {
        fail(std::move(unusable));
    } else if (const int result = told_of_memory([&] { return set_up(*server); })) {
        fail(is_memory_error(result)
                 ? out_of_memory()
                 : Error{Errc::tls_failed, concat({"TLS cannot start: ", mbedtls_words(result)})});
    }
}

int TlsSession::Impl::set_up(const ServerName& server) {
    int result = configure(config, *context);
    if (result == 0 && !protocols.empty()) {
        for (const auto& protocol : protocols) protocol_pointers.push_back(protocol.c_str());
        protocol_pointers.push_back(nullptr);
        result = mbedtls_ssl_conf_alpn_protocols(&config, protocol_pointers.data());
    }
    if (result == 0) result = mbedtls_ssl_setup(&ssl, &config);
    // An IP literal is never sent as SNI (RFC 6066 3); saying null is how 3.6 is told of no name.
    const char* name = server.address.empty() ? server.text.c_str() : nullptr;
    if (result == 0) result = mbedtls_ssl_set_hostname(&ssl, name);
    if (result != 0) return result;
    check.emplace(server, rules);
    // Asks look_at(), which looks at pins before a certificate of ours is shown.
    const bool pinned_only =
        !verifies(context->parts()) && rules.pins != nullptr && !rules.pins->empty();
    if (pinned_only) mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_OPTIONAL);
    mbedtls_ssl_set_verify(&ssl, &Impl::look_at, this);
    mbedtls_ssl_set_bio(&ssl, this, &Impl::put, &Impl::take, nullptr);
    return 0;
}

int TlsSession::Impl::take(void* self, unsigned char* out, std::size_t size) noexcept {
    auto& impl = *static_cast<Impl*>(self);
    const auto count = std::min(size, impl.input.size() - impl.taken);
    if (count == 0) return impl.ended ? MBEDTLS_ERR_SSL_CONN_EOF : MBEDTLS_ERR_SSL_WANT_READ;
    std::memcpy(out, impl.input.data() + impl.taken, count);
    impl.taken += count;
    return static_cast<int>(count);
}

int TlsSession::Impl::put(void* self, const unsigned char* data, std::size_t size) noexcept {
    auto& impl = *static_cast<Impl*>(self);
    if (impl.reading && ++impl.refusals > most_refusals) return too_many_refusals;
    try {
        impl.output.append(reinterpret_cast<const char*>(data), size);
        return static_cast<int>(size);
    } catch (const std::bad_alloc&) {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
}

int TlsSession::Impl::look_at(void* self,
                              mbedtls_x509_crt* certificate,
                              int depth,
                              std::uint32_t* flags) noexcept {
    auto& impl = *static_cast<Impl*>(self);
    try {
        if (verifies(impl.context->parts())) {
            impl.check->look_at(*certificate, depth, *flags);
            return 0;
        }
        const bool good = depth > 0 || impl.check->look_at_pins(certificate);
        return good ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
    } catch (const std::bad_alloc&) {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
}

Status TlsSession::Impl::fail(Error why) {
    phase = Phase::failed;
    drop_taken();
    error = std::move(why);
    if (error.code == Errc::out_of_memory) output.clear(); // an alert would blame the server
    return Status::failed;
}

Status TlsSession::Impl::fail(int code) {
    if (is_memory_error(code)) return fail(out_of_memory());
    return fail(error_of(code));
}

Error TlsSession::Impl::connection_cut() const {
    return {Errc::connection_lost,
            phase == Phase::handshaking
                ? "the connection ended during the TLS handshake"
                : "the connection ended without close_notify of TLS; data may be truncated"};
}

Error TlsSession::Impl::alert(std::string name) const {
    Error why{Errc::tls_failed, "the server ended TLS with the alert " + name};
    if (name == "no_application_protocol" && !protocols.empty())
        why.text += "; this port is for another protocol than " + protocols.front() + " (ALPN)";
    why.condition = std::move(name);
    return why;
}

Error TlsSession::Impl::error_of(int code) const {
    if (code == MBEDTLS_ERR_SSL_CONN_EOF) return connection_cut();
    if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) return alert(alert_name(ssl.in_msg[1]));
    if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) return alert("close_notify");
    if (code == too_many_refusals)
        return {Errc::tls_failed, "the server asks again and again for a new TLS handshake "
                                  "(renegotiation), which is refused"};
    if (check && check->found_fault()) return check->error();
    if (is_certificate_error(code)) {
        return {Errc::certificate_rejected,
                concat({"the server's certificate is rejected: it cannot be read: ",
                        mbedtls_words(code)})};
    }
    Error why{Errc::tls_failed, concat({"TLS failed: ", mbedtls_words(code)})};
    if (is_bad_choice(code) && !protocols.empty())
        why.text +=
            "; perhaps this port is for another protocol than " + protocols.front() + " (ALPN)";
    return why;
}

// mbedTLS has refused what the check refused.  This is for the day when it did not ask.
Status TlsSession::Impl::confirm() {
    const bool good = verifies(context->parts())
                          ? check->passed() && mbedtls_ssl_get_verify_result(&ssl) == 0
                          : check->look_at_pins(mbedtls_ssl_get_peer_cert(&ssl));
    if (!good) {
        mbedtls_ssl_send_alert_message(&ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                       MBEDTLS_SSL_ALERT_MSG_CERT_UNKNOWN);
        if (check->found_fault()) return fail(check->error());
        return fail(Error{Errc::certificate_rejected, "the server's certificate was not checked"});
    }
    phase = Phase::open;
    return Status::established;
}

Status TlsSession::Impl::step_of_handshake() {
    switch (phase) {
    case Phase::failed:
        return Status::failed;
    case Phase::open:
    case Phase::closed:
        return Status::established;
    case Phase::handshaking:
        break;
    }
    const int result = told_of_memory([this] { return mbedtls_ssl_handshake(&ssl); });
    // 2.28 overlooks it in the hash of what was said, which is wrong from then on.
    if (errno == ENOMEM) return fail(out_of_memory());
    if (result == 0) return confirm();
    return result == MBEDTLS_ERR_SSL_WANT_READ ? Status::want_input : fail(result);
}

Status TlsSession::Impl::read_all(std::string& out) {
    if (phase == Phase::handshaking) return Status::want_input;
    std::array<unsigned char, largest_record> record;
    while (phase == Phase::open) {
        reading = true;
        const int result =
            told_of_memory([&] { return mbedtls_ssl_read(&ssl, record.data(), record.size()); });
        reading = false;
        if (result > 0) {
            out.append(reinterpret_cast<const char*>(record.data()),
                       static_cast<std::size_t>(result));
        } else if (result == MBEDTLS_ERR_SSL_WANT_READ) {
            return Status::want_input;
        } else if (result == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
            phase = Phase::closed;
#if defined(MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
        } else if (result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            continue; // nobody resumes
#endif
        } else {
            fail(result == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : result);
        }
    }
    return phase == Phase::closed ? Status::closed : Status::failed;
}

// An idle session holds no room that a burst once needed.
void TlsSession::Impl::drop_taken() {
    if (phase == Phase::failed || phase == Phase::closed) taken = input.size();
    input.erase(0, std::exchange(taken, 0));
    if (input.empty() && input.capacity() > largest_record) input.shrink_to_fit();
}

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context,
                       std::string_view domain,
                       std::vector<std::string> alpn,
                       CertificateRules rules)
    : impl_(std::make_unique<Impl>(std::move(context), std::move(alpn), rules)) {
    impl_->start(domain);
}
TlsSession::~TlsSession() = default;

void TlsSession::receive(std::string_view wire) {
    if (impl_->phase == Impl::Phase::failed || impl_->phase == Impl::Phase::closed) return;
    impl_->input += wire;
}

void TlsSession::receive_end() { impl_->ended = true; }

Status TlsSession::handshake() {
    const auto status = impl_->step_of_handshake();
    impl_->drop_taken();
    return status;
}

Status TlsSession::read(std::string& plain_out) {
    const auto status = impl_->read_all(plain_out);
    impl_->drop_taken();
    return status;
}

Error TlsSession::write(std::string_view plain) {
    while (!plain.empty())
        if (auto error = write_record(plain)) return error;
    return {};
}

Error TlsSession::write_record(std::string_view& plain) {
    if (impl_->phase == Impl::Phase::failed) return impl_->error;
    if (impl_->phase == Impl::Phase::closed)
        return {Errc::connection_lost, "the server has closed TLS, nothing more can be sent"};
    if (impl_->phase == Impl::Phase::handshaking || !impl_->may_write) {
        return {Errc::session_over, impl_->may_write ? "TLS is not established yet"
                                                     : "TLS was closed, nothing more can be sent"};
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(plain.data());
    const int result =
        told_of_memory([&] { return mbedtls_ssl_write(&impl_->ssl, bytes, plain.size()); });
    if (result <= 0) {
        impl_->fail(result);
        return impl_->error;
    }
    plain.remove_prefix(static_cast<std::size_t>(result));
    return {};
}

std::string& TlsSession::output() { return impl_->output; }

void TlsSession::doze() noexcept {
    if (impl_->input.empty()) std::string{}.swap(impl_->input);
    if (impl_->output.empty()) std::string{}.swap(impl_->output);
}

void TlsSession::close() {
    const bool was_open = impl_->phase == Impl::Phase::open || impl_->phase == Impl::Phase::closed;
    if (was_open && impl_->may_write) mbedtls_ssl_close_notify(&impl_->ssl);
    impl_->may_write = false;
}

const Error& TlsSession::error() const { return impl_->error; }

std::string_view TlsSession::protocol_version() const {
    if (impl_->phase == Impl::Phase::handshaking || impl_->phase == Impl::Phase::failed) return {};
    return mbedtls_ssl_get_version(&impl_->ssl);
}

ChannelBindings TlsSession::channel_bindings() const {
    return impl_->phase == Impl::Phase::open ? bindings_of(impl_->ssl) : ChannelBindings{};
}

std::string_view TlsSession::cipher() const {
    const char* name = mbedtls_ssl_get_ciphersuite(&impl_->ssl);
    return name ? name : "";
}

} // namespace headstock::detail
