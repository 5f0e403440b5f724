#include "headstock/upload/upload.hpp"

#include "headstock/upload/new_file.hpp"
#include "headstock/upload/upload_core.hpp"

#include <utility>

namespace headstock {
namespace {

class HttpCategory final : public std::error_category {
public:
    const char* name() const noexcept override { return "http"; }
    std::string message(int status) const override {
        return "HTTP status " + std::to_string(status);
    }
};

} // namespace

const std::error_category& http_category() noexcept {
    static const HttpCategory category;
    return category;
}

Message file_message(Address to, const Uploaded& file, StanzaType type) {
    Message message;
    message.to = Jid{to.text()};
    message.type = type;
    message.body = file.url;
    Element link{"x", ns::out_of_band};
    link.add("url", file.url);
    message.others.push_back(std::move(link));
    return message;
}

Upload::Upload(TransferOptions options)
    : core_(std::make_shared<detail::UploadCore>(std::move(options))) {}

Upload::~Upload() { core_->destroyed(); }

TransferStart Upload::send(UploadFile file, OnUploaded callback, OnProgress progress) {
    return core_->send(std::move(file), std::move(callback), std::move(progress));
}

TransferStart Upload::download(std::string_view url,
                               std::uint64_t limit,
                               Sink sink,
                               OnDownloaded callback,
                               OnProgress progress) {
    if (!sink) return {{Errc::invalid_option, "there is nothing that takes the file"}, 0};
    detail::HttpRequest request;
    request.url = url;
    request.limit = limit;
    request.sink = std::move(sink);
    request.progress = std::move(progress);
    return core_->get(std::move(request), std::move(callback));
}

TransferStart Upload::download_to(const std::string& path,
                                  std::string_view url,
                                  std::uint64_t limit,
                                  OnDownloaded callback,
                                  OnProgress progress) {
    const auto file = std::make_shared<detail::NewFile>(path);
    if (file->error()) return {file->error(), 0};
    return download(
        url, limit, [file](std::string_view piece) { return file->write(piece); },
        [file, callback = std::move(callback)](const Answer<Downloaded>& answer) {
            if (answer) file->keep();
            const bool failed = static_cast<bool>(file->error());
            if (callback) callback(failed ? Answer<Downloaded>{file->error()} : answer);
        },
        std::move(progress));
}

bool Upload::cancel(const TransferStart& transfer) { return core_->cancel(transfer.number); }
std::size_t Upload::under_way() const { return core_->under_way(); }
const std::optional<UploadService>& Upload::service() const { return core_->service(); }

void Upload::ready(AsyncClient& client) { core_->attach(client); }
void Upload::session_ended() { core_->session_ended(); }
void Upload::cleanup() { core_->end({Errc::session_over, "the client has ended"}); }

} // namespace headstock
