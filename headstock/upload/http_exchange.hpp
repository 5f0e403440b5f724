// One HTTP request and its answer, by libcurl: what is asked, what may come, and what is wrong.
#pragma once

#include "headstock/upload/upload.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

namespace headstock::detail {

struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// What is asked.  With a `read` it is a PUT, else a GET.
struct HttpRequest {
    std::string url{};
    std::string content_type{};
    std::vector<UploadHeader> headers{};
    std::uint64_t size = 0; ///< Of what is put.
    UploadFile::Read read{};
    std::uint64_t limit = 0; ///< Of what comes.
    Upload::Sink sink{};
    Upload::OnProgress progress{};
};

/// It is one handle of curl's, which HttpLoop works; all functions of the program are called from
/// within curl, where nothing of it may be removed.
class HttpExchange {
public:
    HttpExchange(std::uint64_t number, HttpRequest request);
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;

    /// Once, before it is given to HttpLoop.
    Error prepare(const TransferOptions& options);
    /// Nothing of the program's is called any more.
    void give_up() { given_up_ = true; }

    std::uint64_t number() const { return number_; }
    CURL* easy() const { return easy_.get(); }
    /// What it came to; no error where all is well.
    Error outcome(CURLcode result) const;
    std::uint64_t received() const { return received_; }
    std::string content_type() const;

private:
    static std::size_t on_read(char* into, std::size_t one, std::size_t many, void* self) noexcept;
    static std::size_t on_body(char* bytes, std::size_t one, std::size_t many, void* self) noexcept;
    static std::size_t
    on_header(char* bytes, std::size_t one, std::size_t many, void* self) noexcept;
    static int on_progress(void* self,
                           curl_off_t to_come,
                           curl_off_t came,
                           curl_off_t to_go,
                           curl_off_t went) noexcept;

    bool puts() const { return static_cast<bool>(request_.read); }
    bool ended() const { return given_up_ || fault_; }
    void set_common(const TransferOptions& options);
    void set_trust(const TransferOptions& options);
    Error set_headers();
    void set_put();
    void set_get();
    std::size_t read(std::span<char> into);
    bool is_at_end();
    bool take(std::string_view piece);
    bool take_answer(std::string_view piece);
    void tell_progress(Progress now);
    /// False, and a fault, when the program's function throws.
    template <class F>
    bool guarded(F&& call) noexcept;
    long status() const;
    Error status_error() const;
    Error curl_error(CURLcode result) const;
    template <class T>
    void set(CURLoption option, T value);

    std::uint64_t number_;
    HttpRequest request_;
    std::unique_ptr<CURL, FreeEasy> easy_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    CURLcode refused_ = CURLE_OK; ///< An option that this libcurl does not know.
    std::array<char, CURL_ERROR_SIZE> words_{};
    std::string answer_{}; ///< The beginning of what came with a status that is an error.
    std::uint64_t answer_bytes_ = 0;
    std::size_t header_bytes_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
    std::optional<std::uint64_t> told_{};
    bool given_up_ = false;
    Error fault_{}; ///< Ours, for which curl was told to stop.
};

} // namespace headstock::detail
