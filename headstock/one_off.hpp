// One-off clients: log in, do one thing, log out, give its result or the error.
//
//     #include <headstock/extensions/version.hpp>
//     #include <headstock/headstock.hpp>
//
//     auto version = headstock::one_off<headstock::SoftwareVersion>(
//         "user@example.org", "secret", {},
//         [](headstock::AsyncClient& client,
//            headstock::Finish<headstock::SoftwareVersion> finish) {
//             client.request("example.org", headstock::VersionQuery{}, finish);
//         });
//     if (!version) { std::cerr << version.message() << '\n'; return 1; }
//     std::cout << headstock::printable(version->name) << '\n';
//
// Without a result to wait for, the task alone is enough; before the end the server has what it
// sent:
//
//     auto sent = headstock::one_off(
//         "user@example.org", "secret", {}, [](headstock::AsyncClient& client) {
//             return client.send_stanza(headstock::message("juliet@example.org", "hello"));
//         });
//     if (!sent) { std::cerr << sent.message() << '\n'; return 1; }
#pragma once

#include "headstock/answer.hpp"
#include "headstock/async_client.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"

#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace headstock {

template <class T>
class Finish;

namespace detail {

/// Where the result of one_off is put, once, by whichever thread, while its client is there.
class HEADSTOCK_API OneOffEnd {
public:
    explicit OneOffEnd(AsyncClient& client) : client_(&client) {}
    virtual ~OneOffEnd() = default;
    /// The client is about to go: nothing is put any more.
    void leave();
    /// Nobody can put anything any more.  Takes no memory.
    void let_go() noexcept;
    bool was_let_go() const { return let_go_; }

protected:
    /// Run `keep` if this is the first time, then stop the client.
    template <class F>
    void put_once(F keep) {
        const std::lock_guard lock{mutex_};
        if (client_ == nullptr || done_) return;
        keep(); // it may throw: then there is no result yet
        done_ = true;
        stop();
    }

private:
    void stop() noexcept;

    std::mutex mutex_;
    AsyncClient* client_;
    bool done_ = false;
    bool let_go_ = false;
};

template <class T>
class OneOffResult final : public OneOffEnd {
public:
    using OneOffEnd::OneOffEnd;
    void put(Answer<T> result) {
        put_once([&] { result_.emplace(std::move(result)); });
    }
    /// After leave().
    std::optional<Answer<T>> take() { return std::move(result_); }

private:
    std::optional<Answer<T>> result_;
};

/// What one_off gives when nobody gave it anything: `end` is how the session ended.
HEADSTOCK_API Error without_result(const OneOffEnd& result, const Error& end);
/// What a task gave back, as what it came to.
inline Answer<Ok> task_result(Error error) {
    return error ? Answer<Ok>{std::move(error)} : Answer<Ok>{ok};
}
inline Answer<Ok> task_result(Delivery sent) { return task_result(std::move(sent.error)); }
inline Answer<Ok> task_result(Answer<Ok> done) { return done; }

/// What a task without a result may be.  Says what is wrong, and whether all is well.
template <class Task>
consteval bool check_task() {
    constexpr bool takes = std::is_invocable_v<Task&, AsyncClient&>;
    static_assert(takes,
                  "headstock: the task of one_off takes AsyncClient&; one_off<T> is for a result");
    if constexpr (!takes) {
        return false;
    } else {
        using Result = std::invoke_result_t<Task&, AsyncClient&>;
        constexpr bool gives = std::is_void_v<Result> || std::same_as<Result, Delivery> ||
                               std::same_as<Result, Error> || std::same_as<Result, Answer<Ok>>;
        static_assert(gives, "headstock: the task of one_off returns nothing, a Delivery, an Error "
                             "or an Answer<Ok>");
        return gives;
    }
}

/// Run `client` until its session's end; `task` is called when it is ready, and what it throws is
/// thrown again after an orderly end.
HEADSTOCK_API Error run_one_off(AsyncClient& client,
                                const Options& options,
                                const std::function<void()>& task);

} // namespace detail

/// Gives one_off its result: call it once, with a `T`, a StanzaError, an Error or an Answer<T>; it
/// may be the callback of a request.  Any thread.  The client is stopped then; later calls are
/// ignored, as are calls after one_off has returned.  When all copies are gone and none was called,
/// one_off gives an Error that says so.
template <class T>
class Finish {
public:
    /// Give the result.
    void operator()(Answer<T> result) const { promise_->result->put(std::move(result)); }

    explicit Finish(std::shared_ptr<detail::OneOffResult<T>> result) ///< one_off makes it.
        : promise_(std::make_shared<Promise>(std::move(result))) {}

private:
    struct Promise {
        explicit Promise(std::shared_ptr<detail::OneOffResult<T>> r) : result(std::move(r)) {}
        Promise(const Promise&) = delete;
        Promise& operator=(const Promise&) = delete;
        ~Promise() { result->let_go(); }

        std::shared_ptr<detail::OneOffResult<T>> result;
    };

    std::shared_ptr<Promise> promise_;
};

/// Log in, call `task(client, finish)` once the session is ready, wait until `finish` is called,
/// log out.  Blocks, on a loop of its own (Options::loop must be null).  `T` is any type that can
/// be copied.
///
/// A result that was given wins over whatever happens at the end.  Without one, the Error is why
/// the session ended.  `task` may register handlers and closures in the client; a handler must live
/// until one_off returns, so it cannot be a local variable of `task`.  What `task` throws is thrown
/// by one_off, after the end.
template <class T, class Task>
Answer<T>
one_off(std::string_view jid, std::string_view password, const Options& options, Task&& task) {
    constexpr bool takes = std::is_invocable_v<Task&, AsyncClient&, Finish<T>>;
    static_assert(takes, "headstock: the task of one_off<T> takes AsyncClient& and Finish<T>");
    AsyncClient client{jid, password, options};
    const auto result = std::make_shared<detail::OneOffResult<T>>(client);
    struct Leaving { // before the client goes, also by an exception
        detail::OneOffEnd& end;
        ~Leaving() { end.leave(); }
    } const leaving{*result};
    const auto error = detail::run_one_off(client, options, [&] {
        if constexpr (takes) task(client, Finish<T>{result});
    });
    result->leave();
    if (auto given = result->take()) return *std::move(given);
    return detail::without_result(*result, error);
}

/// Log in, call `task(client)` once the session is ready, finish() and log out.  Blocks.  Ok: the
/// server has everything that was sent, as finish() knows it.  `task` may return a Delivery, an
/// Error or an Answer<Ok>; one that is an error is the result.  What `task` throws is thrown by
/// one_off, after the end.
template <class Task>
Answer<Ok>
one_off(std::string_view jid, std::string_view password, const Options& options, Task&& task) {
    Answer<Ok> done{ok};
    if constexpr (detail::check_task<Task>()) {
        AsyncClient client{jid, password, options};
        const auto end = detail::run_one_off(client, options, [&] {
            if constexpr (std::is_void_v<std::invoke_result_t<Task&, AsyncClient&>>) {
                task(client);
            } else {
                done = detail::task_result(task(client));
            }
            client.finish();
        });
        if (done && end) return end;
    }
    return done;
}

} // namespace headstock
