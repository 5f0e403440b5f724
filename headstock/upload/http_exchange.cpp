#include "headstock/upload/http_exchange.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <new>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t kept_of_answer = 1024;
constexpr std::uint64_t longest_answer = 1u << 20; // to a PUT, or with an error; nobody reads it
constexpr std::size_t longest_header = 64u << 10;  // of all answers, redirects included
constexpr std::size_t longest_type = 256;
constexpr long most_redirects = 5;

std::string bytes_of(std::uint64_t count) { return std::to_string(count) + " bytes"; }

Error file_changed(const std::string& how) {
    return {std::make_error_code(std::errc::io_error),
            "the file has changed while it was sent: " + how};
}

} // namespace

HttpExchange::HttpExchange(std::uint64_t number, HttpRequest request)
    : number_(number), request_(std::move(request)), easy_(curl_easy_init()) {
    if (!easy_) throw std::bad_alloc{};
}

template <class T>
void HttpExchange::set(CURLoption option, T value) {
    const auto result = curl_easy_setopt(easy_.get(), option, value);
    if (refused_ == CURLE_OK) refused_ = result;
}

Error HttpExchange::prepare(const TransferOptions& options) {
    set_common(options);
    set_trust(options);
    if (auto error = set_headers()) return error;
    puts() ? set_put() : set_get();
    if (puts() && request_.size == 0 && !is_at_end()) return fault_; // curl would never ask for it
    if (refused_ == CURLE_OK) return {};
    return {Errc::invalid_option,
            std::string{"this libcurl cannot do what is asked: "} + curl_easy_strerror(refused_)};
}

void HttpExchange::set_common(const TransferOptions& options) {
    set(CURLOPT_ERRORBUFFER, words_.data());
    set(CURLOPT_PRIVATE, static_cast<void*>(this));
    set(CURLOPT_URL, request_.url.c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_PROTOCOLS_STR, options.schemes == WebSchemes::https_only ? "https" : "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall.count()));
    set(CURLOPT_QUICK_EXIT, 1L); // the end waits for no name look-up
    set(CURLOPT_WRITEFUNCTION, &HttpExchange::on_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(CURLOPT_HEADERFUNCTION, &HttpExchange::on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_XFERINFOFUNCTION, &HttpExchange::on_progress);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
    set(CURLOPT_NOPROGRESS, 0L);
}

void HttpExchange::set_trust(const TransferOptions& options) {
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (options.ca_file.empty()) return;
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr)); // else the system's are trusted beside it
}

// "Name;" is how curl is told of a header without a value.
Error HttpExchange::set_headers() {
    const auto add = [this](const std::string& line) {
        auto* longer = curl_slist_append(headers_.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc{};
        static_cast<void>(headers_.release());
        headers_.reset(longer);
    };
    if (puts()) {
        const auto& type = request_.content_type;
        const bool sound =
            std::all_of(type.begin(), type.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
        if (!sound || type.empty())
            return {Errc::invalid_option, "the content type has characters that no header has"};
        add("Content-Type: " + type);
        add("Expect:"); // no wait for a server that does not know of it
    }
    for (const auto& [name, value] : request_.headers) {
        auto line = name;
        add(value.empty() ? line.append(";") : line.append(": ").append(value));
    }
    if (headers_) set(CURLOPT_HTTPHEADER, headers_.get());
    return {};
}

void HttpExchange::set_put() {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.size));
    set(CURLOPT_READFUNCTION, &HttpExchange::on_read);
    set(CURLOPT_READDATA, static_cast<void*>(this));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_FRESH_CONNECT, 1L); // an old one may be dead, and what was read cannot be again
}

void HttpExchange::set_get() {
    const bool secure =
        request_.url.size() > 5 && (request_.url[4] == 's' || request_.url[4] == 'S');
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, most_redirects);
    set(CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http");
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<curl_off_t>::max());
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::min(request_.limit, most)));
}

// --- what curl calls -----------------------------------------------------------------------------

std::size_t
HttpExchange::on_read(char* into, std::size_t one, std::size_t many, void* self) noexcept {
    auto& exchange = *static_cast<HttpExchange*>(self);
    std::size_t count = CURL_READFUNC_ABORT;
    exchange.guarded([&] { count = exchange.read({into, one * many}); });
    return exchange.ended() ? CURL_READFUNC_ABORT : count;
}

std::size_t
HttpExchange::on_body(char* bytes, std::size_t one, std::size_t many, void* self) noexcept {
    auto& exchange = *static_cast<HttpExchange*>(self);
    bool taken = false;
    exchange.guarded([&] { taken = exchange.take({bytes, one * many}); });
    return taken && !exchange.ended() ? one * many : (one * many == 0 ? 1 : 0);
}

std::size_t HttpExchange::on_header(char*, std::size_t one, std::size_t many, void* self) noexcept {
    auto& exchange = *static_cast<HttpExchange*>(self);
    exchange.header_bytes_ += one * many;
    if (exchange.header_bytes_ <= longest_header) return one * many;
    exchange.guarded([&] {
        exchange.fault_ = {Errc::policy_violation, "the server's answer has endless headers"};
    });
    return 0;
}

int HttpExchange::on_progress(
    void* self, curl_off_t to_come, curl_off_t, curl_off_t, curl_off_t went) noexcept {
    auto& exchange = *static_cast<HttpExchange*>(self);
    if (exchange.ended()) return 1;
    exchange.guarded([&] {
        Progress now{static_cast<std::uint64_t>(went), exchange.request_.size};
        if (!exchange.puts()) {
            now = {exchange.received_, std::nullopt};
            if (to_come > 0) now.total = static_cast<std::uint64_t>(to_come);
        }
        exchange.tell_progress(now);
    });
    return exchange.ended() ? 1 : 0;
}

// What is thrown here would go through C.
template <class F>
bool HttpExchange::guarded(F&& call) noexcept {
    try {
        if (given_up_) return false;
        call();
        return true;
    } catch (const std::bad_alloc&) {
        fault_.code = make_error_code(Errc::out_of_memory);
    } catch (const std::exception& error) {
        fault_ = {Errc::rejected, std::string{"a function of the program threw: "} + error.what()};
    } catch (...) {
        fault_ = {Errc::rejected, "a function of the program threw"};
    }
    return false;
}

void HttpExchange::tell_progress(Progress now) {
    if (!request_.progress || told_ == now.done) return;
    if (now.done == 0 && !told_) return; // nothing has moved yet
    told_ = now.done;
    request_.progress(now);
}

// The last piece goes only when nothing is behind it, so a file that has grown is never whole
// there.
std::size_t HttpExchange::read(std::span<char> into) {
    const auto left = request_.size - sent_;
    if (left == 0) return 0;
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, into.size()));
    const auto count = request_.read(into.first(most));
    if (!count) {
        fault_ = {std::make_error_code(std::errc::io_error), "the file cannot be read"};
        return CURL_READFUNC_ABORT;
    }
    if (*count == 0 || *count > most) {
        fault_ = file_changed("it ends behind " + bytes_of(sent_) + " of " +
                              std::to_string(request_.size));
        return CURL_READFUNC_ABORT;
    }
    if (*count == left && !is_at_end()) return CURL_READFUNC_ABORT;
    sent_ += *count;
    return *count;
}

bool HttpExchange::is_at_end() {
    char more = 0;
    const auto count = given_up_ ? std::optional<std::size_t>{0} : request_.read({&more, 1});
    if (count == std::size_t{0}) return true;
    fault_ = file_changed("there is more than " + bytes_of(request_.size));
    return false;
}

bool HttpExchange::take(std::string_view piece) {
    if (puts() || status() != 200) return take_answer(piece);
    if (piece.size() > request_.limit - received_) {
        fault_ = {std::make_error_code(std::errc::file_too_large),
                  "there is more than the " + bytes_of(request_.limit) + " that are wanted"};
        return false;
    }
    received_ += piece.size();
    if (request_.sink(piece)) return true;
    fault_ = {std::make_error_code(std::errc::operation_canceled),
              "the program wants no more of it"};
    return false;
}

bool HttpExchange::take_answer(std::string_view piece) {
    answer_ += piece.substr(0, kept_of_answer - std::min(kept_of_answer, answer_.size()));
    answer_bytes_ += piece.size();
    if (answer_bytes_ <= longest_answer) return true;
    fault_ = status_error();
    if (!fault_) fault_ = {Errc::policy_violation, "the server's answer to a PUT does not end"};
    return false;
}

// --- what it came to -----------------------------------------------------------------------------

long HttpExchange::status() const {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

std::string HttpExchange::content_type() const {
    const char* type = nullptr;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
    return type == nullptr ? std::string{} : std::string{type}.substr(0, longest_type);
}

Error HttpExchange::outcome(CURLcode result) const {
    if (fault_) return fault_;
    const bool led_astray =
        result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_TOO_MANY_REDIRECTS;
    if (led_astray) return curl_error(result);
    // What breaks behind a status changes nothing: it was said.
    if (auto error = status_error()) return error;
    const bool whole = puts() && status() >= 200 && sent_ == request_.size;
    if (whole) return {};
    if (result != CURLE_OK) return curl_error(result);
    if (!puts()) return {};
    return {Errc::connection_lost, "the server has answered before it had the whole file"};
}

Error HttpExchange::status_error() const {
    const auto code = status();
    const bool well = code == 200 || (puts() && code == 201);
    if (well || code < 200) return {}; // none came, or one that says that another follows
    std::string text{"the HTTP server has answered "};
    text.append(std::to_string(code)).append(puts() ? " to the PUT" : " to the GET");
    if (puts() && code / 100 == 3) text += ", and redirects of an upload are not followed";
    Error error{std::error_code{static_cast<int>(code), http_category()}, std::move(text)};
    error.condition = std::to_string(code);
    error.peer_text = answer_;
    return error;
}

static std::error_code code_of(CURLcode result) {
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return Errc::unknown_host;
    case CURLE_COULDNT_CONNECT:
        return Errc::connect_failed;
    case CURLE_OPERATION_TIMEDOUT:
        return Errc::timed_out;
    case CURLE_PEER_FAILED_VERIFICATION:
        return Errc::certificate_rejected;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
        return Errc::tls_failed;
    case CURLE_SSL_CACERT_BADFILE:
        return Errc::invalid_option;
    case CURLE_OUT_OF_MEMORY:
        return Errc::out_of_memory;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_TOO_MANY_REDIRECTS:
        return Errc::policy_violation;
    case CURLE_FILESIZE_EXCEEDED:
        return std::make_error_code(std::errc::file_too_large);
    case CURLE_URL_MALFORMAT:
        return Errc::invalid_payload;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
        return std::make_error_code(std::errc::protocol_error);
    default:
        return Errc::connection_lost;
    }
}

// curl's words may have the server's in them.
Error HttpExchange::curl_error(CURLcode result) const {
    std::string text{puts() ? "the upload has failed: " : "the download has failed: "};
    Error error{code_of(result), text + curl_easy_strerror(result)};
    error.peer_text = words_.data();
    return error;
}

} // namespace headstock::detail
