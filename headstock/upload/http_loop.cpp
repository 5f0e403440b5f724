#include "headstock/upload/http_loop.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>
#include <uv.h>

namespace headstock::detail {

/// A socket of curl's.  It frees itself in its close callback.
class HttpLoop::Watch {
public:
    static Watch* open(HttpLoop& owner, uv_loop_t* loop, curl_socket_t socket) {
        auto made = std::make_unique<Watch>(owner, socket);
        if (uv_poll_init_socket(loop, &made->poll_, socket) != 0) return nullptr;
        made->poll_.data = made.get();
        return made.release();
    }
    Watch(HttpLoop& owner, curl_socket_t socket) : owner_(owner), socket_(socket) {}

    bool look_for(int what) {
        int events = 0;
        if ((what & CURL_POLL_IN) != 0) events |= UV_READABLE;
        if ((what & CURL_POLL_OUT) != 0) events |= UV_WRITABLE;
        return uv_poll_start(&poll_, events, &Watch::on_ready) == 0;
    }
    void close() {
        uv_poll_stop(&poll_); // at once: the next socket may have the same number
        uv_close(reinterpret_cast<uv_handle_t*>(&poll_),
                 [](uv_handle_t* handle) { delete static_cast<Watch*>(handle->data); });
    }

private:
    static void on_ready(uv_poll_t* poll, int status, int events) noexcept {
        auto& self = *static_cast<Watch*>(poll->data);
        int what = status < 0 ? CURL_CSELECT_ERR : 0;
        if ((events & UV_READABLE) != 0) what |= CURL_CSELECT_IN;
        if ((events & UV_WRITABLE) != 0) what |= CURL_CSELECT_OUT;
        self.owner_.act(self.socket_, what);
    }

    HttpLoop& owner_; // closes this before it ends
    curl_socket_t socket_;
    uv_poll_t poll_{};
};

struct HttpLoop::Timer {
    uv_timer_t timer{};
    HttpLoop* owner = nullptr;
    std::function<void()> closed{};

    static void on_time(uv_timer_t* timer) noexcept {
        static_cast<Timer*>(timer->data)->owner->act(CURL_SOCKET_TIMEOUT, 0);
    }
    static void on_closed(uv_handle_t* handle) noexcept {
        const std::unique_ptr<Timer> self{static_cast<Timer*>(handle->data)};
        if (self->closed) self->closed();
    }
};

HttpLoop::~HttpLoop() { close(); }

// A child's copies of sockets and handles are its parent's: nothing is said to the server.
bool HttpLoop::forked() const { return process_ != getpid(); }

Error HttpLoop::open(uv_loop_s* loop) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT); // once in the process
    multi_ = global == CURLE_OK ? curl_multi_init() : nullptr;
    if (multi_ == nullptr) return {Errc::out_of_memory, "libcurl cannot be set up"};
    process_ = getpid();
    loop_ = loop;
    timer_ = new Timer;
    timer_->owner = this;
    timer_->timer.data = timer_;
    uv_timer_init(loop, &timer_->timer);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &HttpLoop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &HttpLoop::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    return {};
}

Error HttpLoop::add(std::unique_ptr<HttpExchange> exchange) {
    if (loop_ == nullptr) return {Errc::session_over, "the loop is given up"};
    auto& added = *exchange;
    under_way_.push_back(std::move(exchange));
    ++inside_;
    const auto result = curl_multi_add_handle(multi_, added.easy());
    --inside_;
    if (result == CURLM_OK) return {};
    under_way_.pop_back();
    return {Errc::out_of_memory,
            std::string{"libcurl does not begin: "} + curl_multi_strerror(result)};
}

void HttpLoop::remove(std::uint64_t number) {
    const auto found = std::find_if(under_way_.begin(), under_way_.end(),
                                    [&](const auto& each) { return each->number() == number; });
    if (found == under_way_.end()) return;
    (*found)->give_up();
    given_up_.push_back(std::move(*found));
    under_way_.erase(found);
    settle();
}

void HttpLoop::close(std::function<void()> closed) {
    if (loop_ == nullptr) return;
    loop_ = nullptr;
    owner_ = nullptr;
    if (forked()) { // all of it stays as it is, the memory too
        for (auto& each : under_way_) static_cast<void>(each.release());
        for (auto& each : given_up_) static_cast<void>(each.release());
        return;
    }
    for (auto* each : std::exchange(watches_, {})) each->close();
    timer_->closed = std::move(closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_->timer), &Timer::on_closed);
    for (auto& each : std::exchange(under_way_, {})) {
        each->give_up();
        given_up_.push_back(std::move(each));
    }
    settle();
}

// --- what curl wants -----------------------------------------------------------------------------

int HttpLoop::on_socket(
    CURL*, curl_socket_t socket, int what, void* self, void* socket_data) noexcept {
    return static_cast<HttpLoop*>(self)->watch(socket, what, static_cast<Watch*>(socket_data));
}

// A socket of which nobody can be told ends its exchange by its time-outs.
int HttpLoop::watch(curl_socket_t socket, int what, Watch* known) {
    if (loop_ == nullptr) return 0; // the watches are closed already
    if (what == CURL_POLL_REMOVE) {
        curl_multi_assign(multi_, socket, nullptr);
        if (std::erase(watches_, known) > 0) known->close();
        return 0;
    }
    if (known == nullptr) {
        known = Watch::open(*this, loop_, socket);
        if (known == nullptr) return -1;
        watches_.push_back(known);
        curl_multi_assign(multi_, socket, known);
    }
    return known->look_for(what) ? 0 : -1;
}

// Never curl from here: it is inside of itself.
int HttpLoop::on_timer(CURLM*, long milliseconds, void* self) noexcept {
    auto& loop = *static_cast<HttpLoop*>(self);
    if (loop.loop_ == nullptr) return 0;
    if (milliseconds < 0) return uv_timer_stop(&loop.timer_->timer);
    return uv_timer_start(&loop.timer_->timer, &Timer::on_time,
                          static_cast<std::uint64_t>(milliseconds), 0);
}

void HttpLoop::act(curl_socket_t socket, int what) {
    if (loop_ == nullptr || forked()) return;
    const auto self = shared_from_this();
    int running = 0;
    ++inside_;
    curl_multi_socket_action(multi_, socket, what, &running);
    --inside_;
    settle();
    tell_ended();
}

// What was given up while curl was at work is taken from it when it is not.
void HttpLoop::settle() {
    if (inside_ > 0 || multi_ == nullptr) return;
    const auto given_up = std::exchange(given_up_, {}); // whose ends may call this again
    ++inside_;                                          // it may ask for its sockets
    for (const auto& each : given_up) curl_multi_remove_handle(multi_, each->easy());
    if (loop_ == nullptr) curl_multi_cleanup(std::exchange(multi_, nullptr));
    --inside_;
}

void HttpLoop::tell_ended() {
    while (loop_ != nullptr) {
        int left = 0;
        const auto* message = curl_multi_info_read(multi_, &left);
        if (message == nullptr) return;
        if (message->msg != CURLMSG_DONE) continue;
        auto* const easy = message->easy_handle;
        const auto result = message->data.result;
        const auto found = std::find_if(under_way_.begin(), under_way_.end(),
                                        [&](const auto& each) { return each->easy() == easy; });
        if (found == under_way_.end()) continue;
        const auto ended = std::move(*found);
        under_way_.erase(found);
        const auto error = ended->outcome(result);
        ++inside_;
        curl_multi_remove_handle(multi_, easy);
        --inside_;
        owner_->http_ended(*ended, error);
    }
}

} // namespace headstock::detail
