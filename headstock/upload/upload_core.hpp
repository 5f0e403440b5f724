// What an Upload has under way: from the question for a slot to the callback.
#pragma once

#include "headstock/upload/http_loop.hpp"
#include "headstock/upload/upload.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <variant>

namespace headstock::detail {

/// Shared with the callbacks of requests, which hold it weakly, and with what the loop still has to
/// do.  The Upload calls end() when it goes.
class UploadCore final : public HttpLoopOwner, public std::enable_shared_from_this<UploadCore> {
public:
    explicit UploadCore(TransferOptions options);

    TransferStart send(UploadFile file, Upload::OnUploaded callback, Upload::OnProgress progress);
    TransferStart get(HttpRequest request, Upload::OnDownloaded callback);
    bool cancel(std::uint64_t number);
    std::size_t under_way() const { return jobs_.size(); }
    const std::optional<UploadService>& service() const { return slots_.service(); }

    void attach(AsyncClient& client);
    void session_ended() { slots_.session_ended(); }
    /// Nothing goes on; each callback is told why.
    void end(const Error& why);
    /// The same for the destructor of the Upload, from which nothing may be thrown.
    void destroyed() noexcept;

private:
    struct Sending {
        UploadFile file{};
        Upload::OnUploaded callback{};
        Upload::OnProgress progress{};
        std::string url{}; ///< Where it can be had, once there is a slot.
    };
    struct Getting {
        Upload::OnDownloaded callback{};
    };
    using Job = std::variant<Sending, Getting>;
    /// Destroyed by the client when it goes, or when it is let go of.
    struct Guard;

    void http_ended(HttpExchange& ended, const Error& error) noexcept override;
    void client_gone(unsigned attachment);
    void let_go();
    Error open_loop();
    Error begin(std::uint64_t number, HttpRequest request);
    void slot_given(std::uint64_t number, const Answer<UploadSlot>& slot);
    HttpRequest put_of(Sending& job, const UploadSlot& slot) const;
    std::optional<Job> take(std::uint64_t number);
    void fail(std::uint64_t number, const Error& why);
    /// Those up to this number; what the first of their callbacks has thrown, if one has.
    std::exception_ptr fail_until(std::uint64_t last, const Error& why);
    void tell(Sending& job, const Answer<Uploaded>& answer);
    void tell_ended(Job& job, const HttpExchange& ended, const Error& error);

    TransferOptions options_;
    HttpUpload slots_;
    AsyncClient* client_ = nullptr; ///< Good as long as link_ is.
    Link<ClientApi> link_;
    Handle guard_{};
    unsigned attachment_ = 0;
    std::shared_ptr<HttpLoop> loop_;
    std::map<std::uint64_t, Job> jobs_;
    std::uint64_t last_ = 0;
};

} // namespace headstock::detail
