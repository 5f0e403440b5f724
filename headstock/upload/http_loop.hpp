// libcurl's multi interface on somebody's libuv loop: its sockets are watched by uv_poll, its one
// timer is a uv_timer.
#pragma once

#include "headstock/error.hpp"
#include "headstock/upload/http_exchange.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include <curl/curl.h>

struct uv_loop_s;

namespace headstock::detail {

/// Who is told of what has ended.  It may do anything to the HttpLoop.
class HttpLoopOwner {
public:
    virtual ~HttpLoopOwner() = default;
    /// `ended` was removed already and lives until this returns; no error: the answer is whole.
    virtual void http_ended(HttpExchange& ended, const Error& error) noexcept = 0;
};

/// Shared by its owner and by whoever is on the stack, since an exchange may end anything.  All on
/// the loop's thread.  While no exchange is under way nothing of it keeps the loop alive.
class HttpLoop : public std::enable_shared_from_this<HttpLoop> {
public:
    /// `owner` is borrowed until close().
    explicit HttpLoop(HttpLoopOwner& owner) : owner_(&owner) {}
    ~HttpLoop();
    HttpLoop(const HttpLoop&) = delete;
    HttpLoop& operator=(const HttpLoop&) = delete;

    /// Once.  The loop is borrowed until the handles are closed, which is soon after close().
    Error open(uv_loop_s* loop);
    Error add(std::unique_ptr<HttpExchange> exchange);
    /// Ends it, and nobody is told.
    void remove(std::uint64_t number);
    /// Closes the handles on the loop, ends all exchanges, and tells nobody; then `closed` is
    /// called by the loop, once it has let go of them.
    void close(std::function<void()> closed = {});
    /// This is a child of the process that has opened it.
    bool forked() const;

private:
    class Watch;
    struct Timer;

    static int
    on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* socket_data) noexcept;
    static int on_timer(CURLM* multi, long milliseconds, void* self) noexcept;
    int watch(curl_socket_t socket, int what, Watch* known);
    void act(curl_socket_t socket, int what);
    void settle();
    void tell_ended();
    void take_out(const HttpExchange& exchange);

    HttpLoopOwner* owner_;
    uv_loop_s* loop_ = nullptr; ///< Null: not open, or closed.
    CURLM* multi_ = nullptr;
    Timer* timer_ = nullptr;        ///< Frees itself when it is closed.
    std::vector<Watch*> watches_{}; ///< Likewise.
    std::vector<std::unique_ptr<HttpExchange>> under_way_{};
    std::vector<std::unique_ptr<HttpExchange>> given_up_{}; ///< What curl has not let go of.
    int inside_ = 0;                                        ///< Calls of curl on the stack.
    int process_ = 0;                                       ///< In which it was opened.
};

} // namespace headstock::detail
