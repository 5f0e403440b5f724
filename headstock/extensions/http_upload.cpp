#include "headstock/extensions/http_upload.hpp"

#include "headstock/extensions/data_form.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace headstock {
namespace {

constexpr std::size_t most_upload_services = 32;
constexpr std::size_t longest_web_url = 8192;
constexpr std::size_t most_upload_headers = 32;
constexpr std::size_t most_upload_header_bytes = 16384;

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with_word(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(),
                      [](char a, char b) { return a == lower_ascii(b); });
}

bool is_upload_header(std::string_view name) {
    static constexpr std::array<std::string_view, 3> allowed{"authorization", "cookie", "expires"};
    return std::any_of(allowed.begin(), allowed.end(), [&](std::string_view word) {
        return name.size() == word.size() && begins_with_word(name, word);
    });
}

// Section 4: line breaks are taken out before anything else is looked at.
void strip_controls(std::string& text) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Error unusable_url(const char* why) {
    return {Errc::invalid_payload, std::string{"a URL that is not followed: "} + why};
}

std::optional<std::uint64_t> read_bytes(std::string_view text) {
    std::uint64_t bytes = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, bytes);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return bytes;
}

template <class T>
void tell_upload(const HttpUpload::OnAnswer<T>& callback, const Answer<T>& answer) {
    if (callback) callback(answer);
}

} // namespace

// --- what they mean ------------------------------------------------------------------------------

UploadRefusal UploadRefusal::of(const StanzaError& error) {
    UploadRefusal refusal;
    if (const auto large = error.application.as<UploadTooLarge>()) {
        refusal.why = Why::too_large;
        refusal.max_file_size = large->max_file_size;
        return refusal;
    }
    if (const auto retry = error.application.as<UploadRetry>()) refusal.retry = retry->stamp;
    if (error.application.name() == detail::payload_table<UploadTooLarge>.name)
        refusal.why = Why::too_large; // of a size that does not read
    else if (refusal.retry || error.type == ErrorType::wait)
        refusal.why = Why::later;
    else if (error.condition == Condition::not_acceptable)
        refusal.why = Why::not_acceptable;
    else if (error.type == ErrorType::auth || error.condition == Condition::not_allowed)
        refusal.why = Why::not_allowed;
    return refusal;
}

Error check_web_url(std::string_view url, WebSchemes schemes) {
    if (url.size() > longest_web_url) return unusable_url("it is longer than 8,192 bytes");
    const bool printable_ascii =
        std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!printable_ascii) return unusable_url("it has a character that no URL has (RFC 3986)");
    const bool secure = begins_with_word(url, "https://");
    if (!secure && !begins_with_word(url, "http://"))
        return unusable_url("it is neither of https nor of http");
    if (!secure && schemes == WebSchemes::https_only) return unusable_url("it is not of https");
    url.remove_prefix(secure ? 8 : 7);
    const auto host = url.substr(0, url.find_first_of("/?#\\"));
    if (host.empty() || host.front() == ':') return unusable_url("it has no host");
    if (host.find('@') != host.npos) return unusable_url("it names a user");
    if (url.find('\\') != url.npos) return unusable_url("it has a backslash");
    return {};
}

Error clean_slot(UploadSlot& slot, WebSchemes schemes) {
    for (const auto* url : {&slot.put.url, &slot.get.url}) {
        if (auto error = check_web_url(*url, schemes)) return error;
    }
    auto& headers = slot.put.headers;
    for (auto& header : headers) strip_controls(header.name);
    std::erase_if(headers, [](const UploadHeader& each) { return !is_upload_header(each.name); });
    std::size_t bytes = 0;
    for (auto& header : headers) {
        strip_controls(header.value);
        bytes += header.name.size() + header.value.size();
    }
    if (headers.size() > most_upload_headers || bytes > most_upload_header_bytes)
        return {Errc::invalid_payload, "the slot has more headers than are sent"};
    return {};
}

std::optional<UploadService> UploadService::of(const Jid& jid, const DiscoInfo& info) {
    if (!info.has_feature(ns::http_upload)) return std::nullopt;
    UploadService service{jid, {}};
    for (const auto& element : info.forms) {
        const auto form = element.as<DataForm>();
        if (form && form->form_type() == ns::http_upload)
            service.max_file_size = read_bytes(form->value("max-file-size"));
    }
    return service;
}

// --- the search ----------------------------------------------------------------------------------

HttpUpload::~HttpUpload() { end_search(); }

// What another client was asked counts no more.
void HttpUpload::ready(ClientApi& client) {
    if (serving_.begin(client) != Serves::as_before) {
        const Link self{*this, lifetime_};
        end_search();
        if (self.get() == nullptr) return;
    }
    client_ = client.link();
}

// Of a client that was destroyed nobody is told (contract 9 of handlers.hpp).
void HttpUpload::end_search() {
    const auto client = std::exchange(client_, {});
    ++search_;
    candidates_.clear();
    service_.reset();
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& callback : waiting) {
        if (client.get() == nullptr) return;
        tell_upload<UploadService>(callback, no_longer_serving("HttpUpload"));
    }
}

Delivery HttpUpload::find(OnAnswer<UploadService> callback) {
    if (client_.get() == nullptr) return no_session("HttpUpload");
    if (service_) {
        const Answer<UploadService> known{*service_};
        tell_upload(callback, known);
        return {};
    }
    Delivery sent;
    if (waiting_.empty()) sent = search();
    if (sent) waiting_.push_back(std::move(callback));
    return sent;
}

// The server itself is asked first, or the one that was named.
Delivery HttpUpload::search() {
    auto* client = client_.get();
    const Jid server{std::string{client->jid().domain()}};
    failure_ = {};
    listed_ = static_cast<bool>(options_.service);
    candidates_.assign(1, {listed_ ? options_.service : server, false, {}});
    auto sent = ask_info(0);
    if (!sent || listed_) return sent;
    const auto items = client->request(
        server, DiscoItemsQuery{},
        [self = Link{*this, lifetime_}, number = search_](const Answer<DiscoItems>& answer) {
            auto* upload = self.get();
            if (upload != nullptr && upload->search_ == number) upload->listed(answer);
        },
        options_.timeout);
    if (!items) {
        note(&items.error);
        listed_ = true;
    }
    return sent;
}

Delivery HttpUpload::ask_info(std::size_t candidate) {
    return client_.get()->request(
        candidates_[candidate].jid, DiscoInfoQuery{},
        [self = Link{*this, lifetime_}, number = search_,
         candidate](const Answer<DiscoInfo>& answer) {
            auto* upload = self.get();
            if (upload != nullptr && upload->search_ == number) upload->informed(candidate, answer);
        },
        options_.timeout);
}

void HttpUpload::listed(const Answer<DiscoItems>& items) {
    listed_ = true;
    note(items.failure());
    if (items && client_.get() != nullptr) {
        for (const auto& item : items->items) {
            if (candidates_.size() > most_upload_services) break;
            const bool known = // some servers list one twice
                std::any_of(candidates_.begin(), candidates_.end(),
                            [&](const Candidate& each) { return each.jid == item.jid; });
            if (item.jid && !item.node && !known) candidates_.push_back({item.jid, false, {}});
        }
        for (std::size_t i = 1; i < candidates_.size(); ++i) {
            const auto sent = ask_info(i);
            candidates_[i].answered = !sent;
            note(sent ? nullptr : &sent.error);
        }
    }
    decide();
}

void HttpUpload::informed(std::size_t candidate, const Answer<DiscoInfo>& info) {
    auto& one = candidates_[candidate];
    one.answered = true;
    note(info.failure());
    if (info) one.service = UploadService::of(one.jid, *info);
    decide();
}

void HttpUpload::note(const Error* failure) {
    if (failure != nullptr && !failure_) failure_ = *failure;
}

void HttpUpload::decide() {
    for (const auto& candidate : candidates_) {
        if (!candidate.answered) return;
        if (candidate.service) return found(UploadService{*candidate.service});
    }
    if (!listed_) return;
    if (failure_) return found(Error{failure_});
    found(Error{Errc::service_not_offered, "the server offers no HTTP file upload (XEP-0363)"});
}

// Callbacks may destroy this, and the client: then nobody else is told (contract 9).
void HttpUpload::found(const Answer<UploadService>& answer) {
    if (answer && client_.get() != nullptr) service_ = *answer;
    ++search_; // what else is answered comes too late
    candidates_.clear();
    const auto waiting = std::exchange(waiting_, {});
    const auto client = client_;
    for (const auto& callback : waiting) {
        if (client.get() == nullptr) return;
        tell_upload(callback, answer);
    }
}

// --- the slot ------------------------------------------------------------------------------------

Delivery HttpUpload::request_slot(UploadRequest request, OnAnswer<UploadSlot> callback) {
    if (client_.get() == nullptr) return no_session("HttpUpload");
    const auto written = to_element(request); // what cannot be written is told now, and not later
    if (service_) return follow(*service_, request, callback);
    return find([self = Link{*this, lifetime_}, request = std::move(request),
                 callback = std::move(callback)](const Answer<UploadService>& answer) {
        if (answer.refusal() != nullptr)
            return tell_upload<UploadSlot>(callback, *answer.refusal());
        if (answer.failure() != nullptr)
            return tell_upload<UploadSlot>(callback, *answer.failure());
        auto* upload = self.get();
        if (upload == nullptr)
            return tell_upload<UploadSlot>(callback, no_longer_serving("HttpUpload"));
        const auto sent = upload->follow(*answer, request, callback);
        if (!sent) tell_upload<UploadSlot>(callback, sent.error);
    });
}

Delivery HttpUpload::follow(const UploadService& service,
                            const UploadRequest& request,
                            const OnAnswer<UploadSlot>& callback) {
    if (!service.max_file_size || request.size <= *service.max_file_size)
        return ask_slot(service, request, callback);
    return not_sent({std::make_error_code(std::errc::file_too_large),
                     "the file has " + std::to_string(request.size) + " bytes, and the service " +
                         "takes " + std::to_string(*service.max_file_size)});
}

Delivery HttpUpload::ask_slot(const UploadService& service,
                              const UploadRequest& request,
                              const OnAnswer<UploadSlot>& callback) {
    auto* client = client_.get();
    if (client == nullptr) return no_session("HttpUpload");
    return client->request(
        service.jid, request,
        [callback, schemes = options_.schemes](const Answer<UploadSlot>& answer) {
            if (!answer) return tell_upload<UploadSlot>(callback, answer);
            auto slot = *answer;
            if (auto error = clean_slot(slot, schemes))
                return tell_upload<UploadSlot>(callback, error);
            tell_upload<UploadSlot>(callback, slot);
        });
}

} // namespace headstock
