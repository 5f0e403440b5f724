// HTTP file upload (XEP-0363 1.2), the XMPP side: who takes files, how large they may be, and a
// slot for one.  What moves the file itself is headstock_upload, a library of its own (upload.hpp).
//
//     headstock::HttpUpload files;
//     client.register_handler(files);
//     ...
//     files.request_slot({.filename = "roof.jpg", .size = 23456, .content_type = "image/jpeg"},
//                        [](const headstock::Answer<headstock::UploadSlot>& slot) {
//                            if (slot) put(slot->put.url, slot->put.headers, slot->get.url);
//                            else if (slot.refusal() != nullptr)
//                                explain(headstock::UploadRefusal::of(*slot.refusal()));
//                        });
//
// The service is looked for once a session: at the server itself, then at the first 32 of what it
// lists; of those that say that they take files, the first counts.  A slot is the service's word,
// and may be anybody's when that is broken into: both its URLs must be https (HttpUploadOptions),
// name no user, and have printable ASCII only and at most 8,192 bytes; of the headers only
// Authorization, Cookie and Expires are left, without line breaks and other controls (section 4); a
// slot with more than 32 of them, or 16 KiB, is refused.  Kept are the service's address and limit,
// and the callbacks of those who wait for a search.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/date_time.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

// --- the elements --------------------------------------------------------------------------------

namespace ns {
/// XEP-0363 5, what a file is for.
inline constexpr std::string_view upload_purpose = "urn:xmpp:http:upload:purpose:0";
} // namespace ns

/// The file may be deleted, and must not be served after this time (section 5.3).
struct UploadEphemeral {
    DateTime expire_before{}; ///< In UTC.
};
HEADSTOCK_PAYLOAD(UploadEphemeral,
                  "ephemeral",
                  ns::upload_purpose,
                  attribute<&self::expire_before>("expire-before"))

struct UploadSlot;

/// A slot is wanted (section 4).  What the file is for may be said too (section 5): one of the
/// four, and none means a message.  A service that does not know of purposes passes them over.
struct UploadRequest {
    using answer = UploadSlot;

    std::string filename{};                     ///< Its name alone; the service should keep it.
    std::uint64_t size = 0;                     ///< In bytes, exactly.
    std::optional<std::string> content_type{};  ///< As in "image/jpeg".
    bool message = false;                       ///< To be sent in a message (5.1).
    bool profile = false;                       ///< An avatar and the like, kept long (5.2).
    std::optional<UploadEphemeral> ephemeral{}; ///< For some time only (5.3).
    bool permanent = false;                     ///< To be kept (5.4).
};
HEADSTOCK_PAYLOAD(UploadRequest,
                  "request",
                  ns::http_upload,
                  attribute<&self::filename>("filename"),
                  attribute<&self::size>("size"),
                  attribute<&self::content_type>("content-type"),
                  flag<&self::message>("message", ns::upload_purpose),
                  flag<&self::profile>("profile", ns::upload_purpose),
                  child<&self::ephemeral>(),
                  flag<&self::permanent>("permanent", ns::upload_purpose))

/// A header of the HTTP request (section 4).  It may be a secret.
struct UploadHeader {
    std::string name{};
    std::string value{};
};
HEADSTOCK_PAYLOAD(UploadHeader,
                  "header",
                  ns::http_upload,
                  attribute<&self::name>("name"),
                  content<&self::value>())

/// Where the file is to be put, and by which headers.
struct UploadPut {
    std::string url{};
    std::vector<UploadHeader> headers{}; ///< In the order in which they have to be sent.
};
HEADSTOCK_PAYLOAD(
    UploadPut, "put", ns::http_upload, attribute<&self::url>("url"), child<&self::headers>())

/// Where anybody finds it then.
struct UploadGet {
    std::string url{};
};
HEADSTOCK_PAYLOAD(UploadGet, "get", ns::http_upload, attribute<&self::url>("url"))

/// The answer to an UploadRequest.  As HttpUpload gives it, it was looked at by clean_slot(); read
/// by other means it is what came.
struct UploadSlot {
    UploadPut put{};
    UploadGet get{};
};
HEADSTOCK_PAYLOAD(UploadSlot, "slot", ns::http_upload, child<&self::put>(), child<&self::get>())

/// In a refusal: the file is larger than the service takes (section 6).
struct UploadTooLarge {
    std::optional<std::uint64_t> max_file_size{}; ///< In bytes.
};
HEADSTOCK_PAYLOAD(UploadTooLarge,
                  "file-too-large",
                  ns::http_upload,
                  child_text<&self::max_file_size>("max-file-size"))

/// In a refusal: try again at that time (section 6).
struct UploadRetry {
    DateTime stamp{};
};
HEADSTOCK_PAYLOAD(UploadRetry, "retry", ns::http_upload, attribute<&self::stamp>("stamp"))

// --- what they mean ------------------------------------------------------------------------------

/// Why there is no slot, read from the service's refusal (section 6).
struct HEADSTOCK_API UploadRefusal {
    /// The cases that a program may treat each in its own way.
    enum class Why : std::uint8_t {
        too_large,      ///< See max_file_size.
        later,          ///< A quota, or a lack of resources: see retry.
        not_acceptable, ///< The service does not want such a file.
        not_allowed,    ///< It does not want files of this account.
        other,
    };

    Why why = Why::other;
    std::optional<std::uint64_t> max_file_size{}; ///< In bytes, when the service says it.
    std::optional<DateTime> retry{};              ///< When to try again, when it says that.

    static UploadRefusal of(const StanzaError& error); ///< Read from a service's no.
};

/// Which URLs are followed.
enum class WebSchemes : std::uint8_t {
    https_only,
    /// Also http: for a private server on the same machine or network.  Whoever is on the way reads
    /// the file and the headers, and may put another file in its place.
    http_too,
};

/// The URL may be followed: it is of an allowed scheme, has a host, names no user, and is printable
/// ASCII (RFC 3986) of at most 8,192 bytes.  Errc::invalid_payload otherwise, with the reason.
/// It is not asked to where it leads: an address of the own network is one too.
HEADSTOCK_API Error check_web_url(std::string_view url, WebSchemes schemes);

/// Makes of a slot as it came one that may be used, as the comment on top says; or the reason
/// why not (Errc::invalid_payload).
HEADSTOCK_API Error clean_slot(UploadSlot& slot, WebSchemes schemes);

/// Who takes files.
struct UploadService {
    Jid jid{};
    std::optional<std::uint64_t> max_file_size{}; ///< In bytes; nothing when it does not say.

    /// Read from what `jid` says of itself; nothing when it takes no files (section 3).
    HEADSTOCK_API static std::optional<UploadService> of(const Jid& jid, const DiscoInfo& info);
};

/// How an HttpUpload is made.
struct HttpUploadOptions {
    Jid service{};                               ///< Empty: the one that the server lists.
    WebSchemes schemes = WebSchemes::https_only; ///< Of both URLs of a slot.
    /// For each question of the search.
    std::chrono::milliseconds timeout = std::chrono::seconds{15};
};

/// Finds the service of one client's server and asks it for slots.  Each callback is called exactly
/// once, unless the Delivery is false or the client is destroyed first: then never.  Who waits for
/// a search when this is destroyed, or registered in another client, is told that
/// (Errc::session_over), in the destructor or in `ready`; a slot that was asked for comes all the
/// same.
class HEADSTOCK_API HttpUpload {
public:
    static constexpr bool needs_account = true; ///< A component has no server of its own to ask.

    template <class T>
    using OnAnswer = std::function<void(const Answer<T>&)>; ///< A callback, called once.

    /// For one client.
    explicit HttpUpload(HttpUploadOptions options = {}) : options_(std::move(options)) {}
    ~HttpUpload();
    HttpUpload(const HttpUpload&) = delete;
    HttpUpload& operator=(const HttpUpload&) = delete;

    /// Find the service: once a session, and at once when it is known.  Errc::service_not_offered:
    /// the server lists none.  The `number` of the Delivery is 0 where nothing had to be sent for
    /// this one.
    Delivery find(OnAnswer<UploadService> callback);
    /// Ask for a slot, and for the service first when it is not known.  A file that is larger than
    /// the service says it takes is not asked for: std::errc::file_too_large.  A slot that may not
    /// be used is Errc::invalid_payload.  Throws what to_element() does.
    Delivery request_slot(UploadRequest request, OnAnswer<UploadSlot> callback);
    /// The service, once it was found in this session.
    const std::optional<UploadService>& service() const { return service_; }

    // What the client calls.
    void ready(ClientApi& client);
    void session_ended() { service_.reset(); }
    void cleanup() { client_ = {}; }

private:
    struct Candidate {
        Jid jid{};
        bool answered = false;
        std::optional<UploadService> service{};
    };

    void end_search();
    Delivery search();
    Delivery ask_info(std::size_t candidate);
    void listed(const Answer<DiscoItems>& items);
    void informed(std::size_t candidate, const Answer<DiscoInfo>& info);
    void note(const Error* failure);
    void decide();
    void found(const Answer<UploadService>& answer);
    Delivery ask_slot(const UploadService& service,
                      const UploadRequest& request,
                      const OnAnswer<UploadSlot>& callback);
    Delivery follow(const UploadService& service,
                    const UploadRequest& request,
                    const OnAnswer<UploadSlot>& callback);

    Link<ClientApi> client_; ///< From the first ready to cleanup.
    HttpUploadOptions options_;
    std::optional<UploadService> service_{};
    std::vector<Candidate> candidates_{}; ///< While a search is under way, in order.
    std::uint64_t search_ = 0;            ///< Its number.
    bool listed_ = false;                 ///< All candidates are known.
    Error failure_{};                     ///< The first of the search.
    std::vector<OnAnswer<UploadService>> waiting_{};
    Serving serving_;
    Lifetime lifetime_;
};

} // namespace headstock
