#include "headstock/client_api.hpp"

#include "headstock/client/core.hpp"
#include "headstock/message.hpp"
#include "headstock/printable.hpp"

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace headstock {
namespace {

void print_exception(std::string_view row, const std::exception_ptr& error) {
    const auto print = [&](std::string_view what) {
        std::fprintf(stderr, "headstock: an exception left %s: %s\n", printable(row).c_str(),
                     printable(what).c_str());
    };
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        print(exception.what());
    } catch (...) {
        print("not a std::exception");
    }
}

// In a child of fork() nothing may be sent: the stream is the parent's.
Error of_the_parent() {
    return {Errc::session_over, "not sent: this client was started before fork(), in the parent"};
}

} // namespace

// Every function but emit(), which queues its event, belongs to the client's own thread.

ClientApi::ClientApi(std::shared_ptr<detail::ClientCore> core) : core_(std::move(core)) {
    core_->session().set_client(*this);
    on_exception(&print_exception);
}

ClientApi::~ClientApi() = default;

Delivery ClientApi::send_stanza(const Element& stanza) {
    core_->check_thread();
    if (!core_->may_be_here()) return {of_the_parent(), {}};
    core_->look_at_clock();
    auto delivery = core_->session().send(stanza);
    if (core_->on_output) core_->on_output();
    return delivery;
}

Delivery ClientApi::send_stanza(const Message& message) {
    if (!message.to) return not_sent(detail::no_address());
    return send_stanza(message.element());
}

Delivery ClientApi::send_raw_stanza(std::string_view xml) {
    core_->check_thread();
    if (!core_->may_be_here()) return {of_the_parent(), {}};
    core_->look_at_clock();
    auto delivery = core_->session().send_raw(xml);
    if (core_->on_output) core_->on_output();
    return delivery;
}

Delivery ClientApi::request(const Element& iq,
                            OnResponse callback,
                            std::optional<std::chrono::milliseconds> timeout) {
    return ask(iq, std::move(callback), timeout, true);
}

Delivery ClientApi::request_end(const Element& iq,
                                OnResponse callback,
                                std::optional<std::chrono::milliseconds> timeout) {
    return ask(iq, std::move(callback), timeout, false);
}

Delivery ClientApi::ask(const Element& iq,
                        OnResponse callback,
                        std::optional<std::chrono::milliseconds> timeout,
                        bool keeps_answer) {
    core_->check_thread();
    if (!core_->may_be_here()) return {of_the_parent(), {}};
    const auto core = core_; // a callback that is refused ends here, and may destroy the client
    const auto limit = timeout.value_or(core->options().timeouts.request);
    core->look_at_clock();
    auto delivery = core->session().request(iq, std::move(callback), limit, keeps_answer);
    if (core->on_output) core->on_output();
    return delivery;
}

void ClientApi::on_exception(std::function<void(std::string_view row, std::exception_ptr)> f) {
    core_->check_thread();
    core_->session().on_exception(std::move(f));
}

void ClientApi::set_diagnostics(std::function<void(std::string_view line)> f) {
    core_->check_thread();
    core_->session().set_diagnostics(std::move(f));
}

void ClientApi::unregister_all() {
    core_->check_thread();
    core_->session().remove_all();
}

bool ClientApi::queue_event(const std::type_info& type, std::shared_ptr<const void> event) {
    return core_->session().post_event(type, std::move(event));
}

bool ClientApi::give_event(const std::type_info& type, const void* event) {
    core_->check_thread();
    const auto core = core_; // a handler may destroy the client
    return core->run_handlers([&] { return core->session().emit(type, event); });
}

Handle ClientApi::after(std::chrono::milliseconds delay, std::function<void()> f) {
    return add_timer(delay, std::chrono::milliseconds{0}, std::move(f));
}

Handle ClientApi::every(std::chrono::milliseconds period, std::function<void()> f) {
    if (period < std::chrono::milliseconds{1})
        throw std::invalid_argument("headstock: every(): the period is below one millisecond");
    return add_timer(period, period, std::move(f));
}

Handle ClientApi::add_timer(std::chrono::milliseconds delay,
                            std::chrono::milliseconds period,
                            std::function<void()> f) {
    core_->check_thread();
    if (!f) throw std::invalid_argument("headstock: a timer without a function to call");
    const auto core = core_; // as in ask()
    core->look_at_clock();
    const auto number = core->session().add_timer(delay, period, std::move(f));
    if (core->on_output) core->on_output(); // the loop must look at the deadline
    return number == 0 ? Handle{} : Handle{Handle::Of::timer, number};
}

void ClientApi::reconnect_now() {
    core_->check_thread();
    if (!core_->may_be_here()) return;
    core_->reconnect_now();
    if (core_->on_output) core_->on_output(); // the loop must look at the deadline
}

void ClientApi::network_changed() {
    core_->check_thread();
    if (!core_->may_be_here()) return;
    core_->network_changed();
    if (core_->on_output) core_->on_output();
}

void ClientApi::set_active(bool active) {
    core_->check_thread();
    if (!core_->may_be_here()) return;
    core_->session().set_active(active);
    if (core_->on_output) core_->on_output();
}

ConnectReport ClientApi::connect_report() const {
    core_->check_thread();
    return core_->connect_report();
}

void ClientApi::finish() {
    core_->check_thread();
    const auto core = core_; // a hook may destroy the client
    if (!core->may_be_here()) return;
    core->finish();
    if (core->on_output) core->on_output();
}

void ClientApi::suspend() {
    core_->check_thread();
    const auto core = core_; // a hook may destroy the client
    if (!core->may_be_here()) return;
    core->suspend();
    if (core->on_output) core->on_output();
}

SavedState ClientApi::saved_state() const {
    core_->check_thread();
    return core_->session().saved_state();
}

DeliveryState ClientApi::state_of(const Delivery& sent) const {
    core_->check_thread();
    if (sent && sent.number == 0) return DeliveryState::queued; // presence that is shown later
    return core_->session().state_of(sent.number);
}

bool ClientApi::cancel(Handle timer) {
    core_->check_thread();
    return timer.of_ == Handle::Of::timer && core_->session().cancel_timer(timer.number_);
}

bool ClientApi::cancel(const Delivery& request) {
    core_->check_thread();
    const auto core = core_; // what the callback owns may destroy the client
    return core->session().cancel_request(request.number);
}

bool ClientApi::unregister(Handle handle) {
    return handle.of_ == Handle::Of::row && remove_closure(handle.number_);
}

void ScopedRegistration::end() noexcept {
    const auto client = std::exchange(client_, {});
    if (auto* there = client.get()) there->remove_closure(ticket_);
}

const Jid& ClientApi::jid() const {
    core_->check_thread();
    return core_->session().jid();
}

const std::string& ClientApi::language() const { return core_->options().language; }

bool ClientApi::ready() const {
    core_->check_thread();
    return core_->session().state() == detail::State::ready;
}

bool ClientApi::server_offers(std::string_view ns) const {
    core_->check_thread();
    return core_->session().is_offered(ns);
}

std::vector<std::string> ClientApi::served_namespaces() const {
    core_->check_thread();
    return core_->session().served_namespaces();
}

bool ClientApi::may_send_password() const {
    return ready() && core_->session().password_may_be_shown();
}

std::vector<Unsent> ClientApi::unsent() const {
    core_->check_thread();
    return core_->session().outbox().unsent();
}

Error ClientApi::set_log(const std::string& path) {
    core_->check_thread();
    return core_->session().set_log(path);
}

void ClientApi::set_log(std::FILE* stream) {
    core_->check_thread();
    core_->session().set_log(stream);
}

void ClientApi::set_log(std::function<void(std::string_view line)> sink) {
    core_->check_thread();
    core_->session().set_log(std::move(sink));
}

std::uint64_t ClientApi::add_object(const std::type_info& type,
                                    void* object,
                                    const detail::Table& table,
                                    const detail::Hooks& hooks) {
    core_->check_thread();
    const auto core = core_; // ready() may destroy the client
    return core->run_handlers(
        [&] { return core->session().add_object(type, object, table, hooks); });
}

void ClientApi::remove_object(const std::type_info& type, const void* object) {
    core_->check_thread();
    core_->session().remove_object(type, object);
}

void ClientApi::swap_object(const std::type_info& old_type,
                            const void* old,
                            const std::type_info& type,
                            void* object,
                            const detail::Table& table,
                            const detail::Hooks& hooks) {
    core_->check_thread();
    core_->session().swap_object(old_type, old, type, object, table, hooks);
}

std::uint64_t ClientApi::add_closure(std::shared_ptr<void> closure,
                                     const detail::Row& row,
                                     std::string id,
                                     bool waiter) {
    core_->check_thread();
    return core_->session().add_closure(std::move(closure), row, std::move(id), waiter);
}

std::uint64_t ClientApi::add_event_closure(std::shared_ptr<void> closure,
                                           const detail::EventRow& row) {
    core_->check_thread();
    return core_->session().add_event_closure(std::move(closure), row);
}

bool ClientApi::remove_closure(std::uint64_t ticket) {
    core_->check_thread();
    const auto core = core_; // what the closure owns may destroy the client
    return core->session().remove_closure(ticket);
}

void ClientApi::set_unhandled(std::shared_ptr<void> closure, const detail::Row& row) {
    core_->check_thread();
    auto* object = closure.get();
    auto own_row = std::make_shared<const detail::Row>(row);
    auto entry = std::make_shared<detail::Entry>(
        detail::Entry{object, *own_row, {}, false, true, 0, std::move(closure), own_row});
    core_->session().set_unhandled(std::move(entry));
}

} // namespace headstock
