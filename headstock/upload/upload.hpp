// Files, up and down, over HTTP (XEP-0363): a library of its own, headstock_upload, so that no
// other program gets libcurl.
//
//     headstock::Upload upload;
//     client.register_handler(upload);
//     ...
//     upload.send(headstock::UploadFile::at("roof.jpg"),
//                 [&](const headstock::Answer<headstock::Uploaded>& answer) {
//                     if (!answer) return complain(answer.message());
//                     client.send_stanza(headstock::file_message("juliet@example.org", *answer));
//                 },
//                 [](const headstock::Progress& now) { draw_bar(now.done, now.total); });
//
// The service is found once a session, asked for a slot, and the file is put there, in pieces as
// the network takes them, on the client's loop and without a thread of ours.  HTTPS only;
// certificates are verified against the system's authorities or TransferOptions::ca_file; a PUT
// follows no redirect; any status but 200 and 201 is an error.  A file that becomes shorter or
// longer meanwhile is never whole at the server.  What is downloaded is at most as long as was
// said, and comes unverified: whoever has sent the URL chose what is there, and to which address it
// leads.
//
// libcurl has rules of its own: it heeds https_proxy, no_proxy and their kin in the environment,
// and looks names up on a thread that it starts itself.  Files are read and written on the client's
// thread.  In a child of fork() a transfer of the parent is not to be gone on with.
#pragma once

#include "headstock/answer.hpp"
#include "headstock/async_client.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/http_upload.hpp"
#include "headstock/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace headstock {

namespace detail {
class UploadCore;
} // namespace detail

/// The category "http": the value of a code is the status that a server has answered, as 413.  An
/// Error of it has the beginning of what came with the status in `peer_text`, and the status as
/// `condition` too.
HEADSTOCK_API const std::error_category& http_category() noexcept;

/// How transfers are made.
struct TransferOptions {
    Jid service{}; ///< That takes our files; empty: the one that the server lists.
    /// http_too: for a private server on the same machine or network, which has no certificate.
    WebSchemes schemes = WebSchemes::https_only;
    /// A PEM file with the certificate authorities to trust instead of the system's: that of
    /// Options::ca_file, where the same authority has signed the certificates of both services.
    std::string ca_file{};
    /// The longest from the look-up of the name to the end of the TLS handshake.  Errc::timed_out.
    std::chrono::milliseconds connect = std::chrono::seconds{30};
    /// The longest in which not a byte comes or goes, whole seconds.  Errc::timed_out.
    std::chrono::seconds stall{60};
};

/// A file to be sent.  Made by one of its functions, or of any other source by its members.
struct HEADSTOCK_API UploadFile {
    /// Puts the next bytes into the span and says how many; 0 at the end, nothing when it fails.
    /// Called on the client's thread as the network takes them, and for one byte more at the end,
    /// which must not be there.  What it throws ends the transfer.
    using Read = std::function<std::optional<std::size_t>(std::span<char> into)>;

    /// Its name, its size in bytes and its type, as in "image/jpeg"; what it is for, if that is
    /// said.
    UploadRequest request{};
    Read read{};
    Error error{}; ///< Why it cannot be read; then it is not sent.

    /// A regular file, which is opened now and read when the slot is there.  Its name is the last
    /// part of the path, which must be UTF-8.
    static UploadFile at(const std::string& path);
    /// Bytes in memory, which are moved.
    static UploadFile of(std::string name, std::string bytes);
};

/// How far a transfer is; told whenever that has changed.
struct Progress {
    std::uint64_t done = 0;               ///< Bytes.
    std::optional<std::uint64_t> total{}; ///< Nothing when the server does not say.
};

/// A file was sent.  Also an event, which is given behind the callback.
struct Uploaded {
    std::string url{}; ///< Where it can be had by everybody who knows this.
    std::uint64_t size = 0;
    std::string name{};
    std::string content_type{};
};

/// A file was downloaded.
struct Downloaded {
    std::uint64_t size = 0;     ///< In bytes.
    std::string content_type{}; ///< As the server says, at most 256 bytes.  Not to be trusted.
};

/// Whether a transfer was begun: when not, `error` says why, and its callback is never called.
struct TransferStart {
    Error error{};
    std::uint64_t number = 0; ///< What cancel() knows it by.

    explicit operator bool() const { return !error; } ///< It was begun.
};

/// The message that gives a file to somebody: the URL as text and as a link (XEP-0066 3), by which
/// other clients show it.  `type` is groupchat for a room.
HEADSTOCK_API Message file_message(Address to,
                                   const Uploaded& file,
                                   StanzaType type = StanzaType::chat);

/// Sends and fetches files for one client; any number at a time.
///
/// Each callback is called exactly once where the TransferStart is true: also when the client ends
/// (Errc::session_over, or Errc::unanswered while the service was asked) or is destroyed, when this
/// object is, and by cancel() (std::errc::operation_canceled).  When the client is destroyed it is
/// called soon afterwards, by the loop, or by the client's destructor where nobody runs its own
/// loop.  The refusal of an answer is that of the service that was asked for a slot:
/// UploadRefusal::of() reads it.  A transfer goes on while the client has no session
/// (Options::reconnect).
///
/// A callback may do anything, the end of this object and of the client included.  What a Read, a
/// sink or a Progress function throws ends its transfer (Errc::rejected), and what a callback
/// throws goes to ClientApi::on_exception; behind the client's end, and in the destructor of this
/// object, to standard error.
class HEADSTOCK_API Upload {
public:
    static constexpr bool needs_account = true; ///< As HttpUpload.

    using OnUploaded = std::function<void(const Answer<Uploaded>&)>;     ///< Called once.
    using OnDownloaded = std::function<void(const Answer<Downloaded>&)>; ///< Called once.
    using OnProgress = std::function<void(const Progress&)>;             ///< May be empty.
    /// Takes the next piece, which is borrowed; false: no more is wanted, which is an error too.
    using Sink = std::function<bool(std::string_view piece)>;

    /// For one client.
    explicit Upload(TransferOptions options = {});
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    /// Send a file.  Refused: Errc::session_over before the first session and after the client's
    /// end; a file that cannot be read; std::errc::file_too_large for more than the service says
    /// that it takes, where it is known.  Throws bridge::Invalid for a name that XML cannot carry.
    TransferStart send(UploadFile file, OnUploaded callback, OnProgress progress = {});

    /// Fetch what is at `url`, piece by piece, at most `limit` bytes (std::errc::file_too_large).
    /// Up to five redirects are followed, to the scheme of `url` only.  Refused: a URL that
    /// check_web_url() refuses.  Where the server says no length the connection's end is the
    /// file's.
    TransferStart download(std::string_view url,
                           std::uint64_t limit,
                           Sink sink,
                           OnDownloaded callback,
                           OnProgress progress = {});
    /// The same into a new file.  One that is there already is an error (std::errc::file_exists);
    /// what is not whole is removed.
    TransferStart download_to(const std::string& path,
                              std::string_view url,
                              std::uint64_t limit,
                              OnDownloaded callback,
                              OnProgress progress = {});

    /// End a transfer; its callback is called before this returns.  False when it was over.
    bool cancel(const TransferStart& transfer);
    /// How many are under way.
    std::size_t under_way() const;
    /// Who takes files and how large they may be, once it was found in this session.
    const std::optional<UploadService>& service() const;

    // What the client calls.
    void ready(AsyncClient& client);
    void session_ended();
    void cleanup();

private:
    std::shared_ptr<detail::UploadCore> core_;
};

} // namespace headstock
