#include "headstock/upload/upload_core.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <limits>
#include <utility>

namespace headstock::detail {
namespace {

constexpr auto largest_file = static_cast<std::uint64_t>(std::numeric_limits<curl_off_t>::max());

Error no_client() { return no_session("Upload").error; }

Error canceled(const char* why) {
    return {std::make_error_code(std::errc::operation_canceled), why};
}

// As of an exception that no on_exception is told.
void say_thrown() {
    std::fputs("headstock: a callback of a transfer threw, behind its client's end\n", stderr);
}

// What can be known of a file beforehand.
Error fault_of(const UploadFile& file) {
    if (file.error) return file.error;
    if (!file.read) return {Errc::invalid_option, "there is nothing to read the file by"};
    if (file.request.filename.empty()) return {Errc::invalid_option, "the file has no name"};
    if (file.request.size > largest_file)
        return {std::make_error_code(std::errc::file_too_large), "no file is so large"};
    return {};
}

} // namespace

/// A client's timer holds it: with these a client that is destroyed lets go of what it was given.
struct UploadCore::Guard {
    std::weak_ptr<UploadCore> core;
    unsigned attachment;

    Guard(std::weak_ptr<UploadCore> of, unsigned number)
        : core(std::move(of)), attachment(number) {}
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard() {
        if (const auto there = core.lock()) there->client_gone(attachment);
    }
};

UploadCore::UploadCore(TransferOptions options)
    : options_(std::move(options)),
      slots_({.service = options_.service, .schemes = options_.schemes}) {}

// --- the client ----------------------------------------------------------------------------------

void UploadCore::attach(AsyncClient& client) {
    if (link_.get() == &client) return;
    let_go();
    slots_.ready(client);
    client_ = &client;
    link_ = client.link();
    auto guard = std::make_shared<Guard>(weak_from_this(), ++attachment_);
    guard_ = client.every(std::chrono::hours{24 * 30}, [guard = std::move(guard)] {});
}

// The guard's end calls client_gone().
void UploadCore::let_go() {
    auto* client = link_.get();
    link_ = {};
    client_ = nullptr;
    if (client != nullptr) client->cancel(std::exchange(guard_, {}));
}

// Its destructor is on the stack perhaps, where nobody is called: the loop does that, soon.
void UploadCore::client_gone(unsigned attachment) {
    if (attachment != attachment_) return; // another client's time
    link_ = {};
    client_ = nullptr;
    slots_.cleanup();
    const auto loop = std::exchange(loop_, nullptr);
    if (loop == nullptr) return;
    loop->close([self = shared_from_this(), last = last_]() noexcept {
        if (self->fail_until(last, canceled("the client was destroyed"))) say_thrown();
    });
}

void UploadCore::end(const Error& why) {
    const auto self = shared_from_this();
    const auto loop = std::exchange(loop_, nullptr);
    const bool of_the_parent = loop != nullptr && loop->forked();
    if (loop != nullptr) loop->close();
    slots_.cleanup();
    let_go();
    if (of_the_parent) return;
    if (const auto thrown = fail_until(last_, why)) std::rethrow_exception(thrown);
}

void UploadCore::destroyed() noexcept {
    try {
        end(canceled("the Upload was destroyed"));
    } catch (...) {
        say_thrown();
    }
}

Error UploadCore::open_loop() {
    if (client_ == nullptr || link_.get() == nullptr) return no_client();
    if (loop_ != nullptr) return {};
    auto* where = client_->loop();
    if (where == nullptr) return no_client();
    auto loop = std::make_shared<HttpLoop>(*this);
    if (auto error = loop->open(where)) return error;
    loop_ = std::move(loop);
    return {};
}

// --- a file goes ---------------------------------------------------------------------------------

TransferStart
UploadCore::send(UploadFile file, Upload::OnUploaded callback, Upload::OnProgress progress) {
    if (auto error = fault_of(file)) return {std::move(error), 0};
    if (auto error = open_loop()) return {std::move(error), 0};
    auto& type = file.request.content_type;
    if (!type) type = "application/octet-stream";
    const auto number = ++last_;
    const auto sent = slots_.request_slot(
        file.request, [core = weak_from_this(), number](const Answer<UploadSlot>& slot) {
            if (const auto self = core.lock()) self->slot_given(number, slot);
        });
    if (!sent) return {sent.error, 0};
    jobs_.emplace(number, Sending{std::move(file), std::move(callback), std::move(progress), {}});
    return {{}, number};
}

void UploadCore::slot_given(std::uint64_t number, const Answer<UploadSlot>& slot) {
    const auto found = jobs_.find(number);
    if (found == jobs_.end()) return; // it was cancelled
    if (slot.failure() != nullptr) return fail(number, *slot.failure());
    auto& job = std::get<Sending>(found->second);
    if (slot.refusal() != nullptr) {
        auto refused = std::move(job);
        jobs_.erase(found);
        return tell(refused, *slot.refusal());
    }
    job.url = slot->get.url;
    if (const auto error = begin(number, put_of(job, *slot))) fail(number, error);
}

HttpRequest UploadCore::put_of(Sending& job, const UploadSlot& slot) const {
    HttpRequest request;
    request.url = slot.put.url;
    request.headers = slot.put.headers;
    request.content_type = *job.file.request.content_type;
    request.size = job.file.request.size;
    request.read = std::move(job.file.read);
    request.progress = std::move(job.progress);
    return request;
}

Error UploadCore::begin(std::uint64_t number, HttpRequest request) {
    if (auto error = open_loop()) return error;
    auto exchange = std::make_unique<HttpExchange>(number, std::move(request));
    if (auto error = exchange->prepare(options_)) return error;
    return loop_->add(std::move(exchange));
}

// --- a file comes --------------------------------------------------------------------------------

TransferStart UploadCore::get(HttpRequest request, Upload::OnDownloaded callback) {
    if (auto error = check_web_url(request.url, options_.schemes)) return {std::move(error), 0};
    if (auto error = open_loop()) return {std::move(error), 0};
    const auto number = ++last_;
    if (auto error = begin(number, std::move(request))) return {std::move(error), 0};
    jobs_.emplace(number, Getting{std::move(callback)});
    return {{}, number};
}

// --- the end of one ------------------------------------------------------------------------------

std::optional<UploadCore::Job> UploadCore::take(std::uint64_t number) {
    auto taken = jobs_.extract(number);
    if (taken.empty()) return std::nullopt;
    return std::move(taken.mapped());
}

bool UploadCore::cancel(std::uint64_t number) {
    if (jobs_.count(number) == 0) return false;
    const auto self = shared_from_this();
    if (loop_ != nullptr) loop_->remove(number);
    fail(number, canceled("the program has cancelled it"));
    return true;
}

void UploadCore::fail(std::uint64_t number, const Error& why) {
    auto job = take(number);
    if (!job) return;
    if (auto* sending = std::get_if<Sending>(&*job)) return tell(*sending, why);
    const auto& callback = std::get<Getting>(*job).callback;
    if (callback) callback(why);
}

// A callback may begin another, which is not meant; what one throws is no other's end.
std::exception_ptr UploadCore::fail_until(std::uint64_t last, const Error& why) {
    std::exception_ptr thrown;
    while (!jobs_.empty() && jobs_.begin()->first <= last) {
        try {
            fail(jobs_.begin()->first, why);
        } catch (...) {
            if (!thrown) thrown = std::current_exception();
        }
    }
    return thrown;
}

// The event comes last: whoever hears of it may end everything.
void UploadCore::tell(Sending& job, const Answer<Uploaded>& answer) {
    const auto self = shared_from_this();
    if (job.callback) job.callback(answer);
    if (auto* client = link_.get(); client != nullptr && answer) client->emit_now(*answer);
}

// Called by the loop, through C: what a callback throws is given to the client, as is all else.
void UploadCore::http_ended(HttpExchange& ended, const Error& error) noexcept {
    const auto self = shared_from_this();
    auto job = take(ended.number());
    if (!job) return;
    try {
        tell_ended(*job, ended, error);
    } catch (...) {
        if (link_.get() == nullptr) return say_thrown();
        client_->post([thrown = std::current_exception()] { std::rethrow_exception(thrown); });
    }
}

void UploadCore::tell_ended(Job& job, const HttpExchange& ended, const Error& error) {
    if (auto* sending = std::get_if<Sending>(&job)) {
        if (error) return tell(*sending, error);
        const auto& request = sending->file.request;
        return tell(*sending,
                    Uploaded{sending->url, request.size, request.filename, *request.content_type});
    }
    const auto& callback = std::get<Getting>(job).callback;
    if (!callback) return;
    if (error) return callback(error);
    callback(Downloaded{ended.received(), ended.content_type()});
}

} // namespace headstock::detail
