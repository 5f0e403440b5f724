#include "tests/support/transcript.hpp"

#include "headstock/detail/session.hpp"
#include "headstock/handlers.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace support {
namespace {

namespace detail = headstock::detail;
using bridge::Element, bridge::Tag;

struct Word {
    std::string_view text;
    TranscriptLine::Kind kind;
};
constexpr std::array words{
    Word{"S: ", TranscriptLine::server},   Word{"C: ", TranscriptLine::client}, Word{"E: ", TranscriptLine::event},
    Word{"TLS", TranscriptLine::tls},      Word{"SEND ", TranscriptLine::send}, Word{"STOP", TranscriptLine::stop},
    Word{"CLOSED", TranscriptLine::closed}, Word{"LOST", TranscriptLine::lost}, Word{"PASS ", TranscriptLine::pass},
};

bool read_setting(Transcript& transcript, const std::string& line) {
    const auto colon = line.find(": ");
    if (colon == line.npos) return false;
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 2);
    if (name == "jid") return (transcript.jid = value, true);
    if (name == "password") return (transcript.password = value, true);
    if (name == "token") return (transcript.tokens.push_back(value), true);
    if (name == "tls") return (transcript.in_clear = value == "disabled", true);
    return false;
}

bool read_line(Transcript& transcript, const std::string& line) {
    for (const auto& [text, kind] : words) {
        if (!line.starts_with(text)) continue;
        transcript.lines.push_back({kind, line.substr(text.size())});
        return true;
    }
    return false;
}

// Writes down everything that a program could notice.
struct Witness {
    std::deque<std::string> events;
    detail::Session* session = nullptr;

    void ready() { events.push_back("ready " + session->jid().str()); }
    void stopping(const headstock::Error& error) {
        events.push_back(error ? "stopping " + error.code.message() +
                                     (error.condition.empty() ? "" : ": " + error.condition)
                               : "stopping");
    }
    void cleanup() { events.push_back("cleanup"); }
    void terminated() { events.push_back("terminated"); }

    void message(const Element& message) {
        events.push_back("message " + std::string{message.attribute("type", "normal")} + " from " +
                         std::string{message.attribute("from")} + ": " + std::string{message.child("body").text()});
    }
    void presence(const Tag& presence) {
        events.push_back("presence " + std::string{presence.attribute("type", "available")} + " from " +
                         std::string{presence.attribute("from")});
    }
    void contact(const Tag& item) { events.push_back("contact " + std::string{item.attribute("jid")}); }
    Element version(const Tag& query) {
        events.push_back("asked for version by " + std::string{query.parent().attribute("from")});
        return Element{query.name()}.add("name", "witness");
    }
};
HEADSTOCK_HANDLERS(Witness,
    on<&self::message>("message"),
    on<&self::presence>("presence"),
    on<&self::contact>("item", headstock::ns::roster),
    on<&self::version>("iq@type=get", "query", headstock::ns::version))

class Replay {
public:
    Replay(const Transcript& transcript, const Reading& reading)
        : transcript_(transcript), reading_(reading), tokens_(transcript.tokens.begin(), transcript.tokens.end()),
          session_(headstock::Jid{transcript.jid}, detail::Secret{transcript.password}, options(transcript), this) {
        witness_.session = &session_;
        session_.registry().add(&session_, &witness_, detail::rows_of<Witness>, detail::hooks_of<Witness, Replay>());
        session_.set_tokens([this] { return next_token(); });
        session_.connected();
    }

    std::string play() {
        for (const auto& line : transcript_.lines) {
            if (auto fault = play(line); !fault.empty()) return fault;
        }
        collect();
        if (!written_.empty()) return "the client also wrote: " + written_;
        if (!witness_.events.empty()) return "there was also: " + witness_.events.front();
        return {};
    }

private:
    static headstock::Options options(const Transcript& transcript) {
        headstock::Options options;
        if (transcript.in_clear) options.tls = headstock::Tls::disabled;
        return options;
    }

    std::string next_token() {
        if (tokens_.empty()) throw std::runtime_error("the transcript has too few tokens");
        auto token = tokens_.front();
        tokens_.pop_front();
        return token;
    }

    std::string play(const TranscriptLine& line) {
        switch (line.kind) {
        case TranscriptLine::server: feed(line.text); return {};
        case TranscriptLine::client: return expect_written(line.text);
        case TranscriptLine::event: return expect_event(line.text);
        case TranscriptLine::tls: return secure();
        case TranscriptLine::send: return session_.send_raw(line.text) ? std::string{} : "not sent: " + line.text;
        case TranscriptLine::stop: session_.stop(std::chrono::seconds{5}); return {};
        case TranscriptLine::closed: return close();
        case TranscriptLine::lost: session_.disconnected({}); return {};
        case TranscriptLine::pass: session_.tick(now_ += std::stoull(line.text)); return {};
        }
        return "no such line";
    }

    void feed(std::string_view bytes) {
        while (!bytes.empty()) {
            auto size = reading_.size == 0 ? bytes.size() : std::min(reading_.size, bytes.size());
            if (fed_ < reading_.split_at) size = std::min(size, reading_.split_at - fed_);
            // A copy of its own, so that a sanitizer sees every read past its end.
            const std::vector<char> piece(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            session_.received({piece.data(), piece.size()});
            bytes.remove_prefix(size);
            fed_ += size;
        }
    }

    void collect() {
        if (session_.step() == detail::Step::derive_key) {
            session_.step_taken();
            session_.derived(detail::derive_keys(session_.key_request()));
        }
        written_ += session_.outbox().take();
        session_.outbox().confirm(session_.outbox().taken());
    }

    std::string expect_written(const std::string& expected) {
        collect();
        if (!written_.starts_with(expected)) return "expected C: " + expected + "\n     but got: " + written_;
        written_.erase(0, expected.size());
        return {};
    }

    std::string expect_event(const std::string& expected) {
        const auto got = witness_.events.empty() ? "nothing" : witness_.events.front();
        if (got != expected) return "expected E: " + expected + "\n     but got: " + got;
        witness_.events.pop_front();
        return {};
    }

    std::string secure() {
        if (session_.step() != detail::Step::start_tls) return "the client does not begin TLS here";
        session_.step_taken();
        session_.secured();
        return {};
    }

    std::string close() {
        if (session_.step() != detail::Step::close) return "the client does not want to close here";
        collect();
        session_.disconnected({});
        return {};
    }

    const Transcript& transcript_;
    Reading reading_;
    std::deque<std::string> tokens_;
    Witness witness_;
    detail::Session session_;
    std::string written_;
    std::size_t fed_ = 0;
    std::uint64_t now_ = 0;
};

} // namespace

std::size_t Transcript::server_bytes() const {
    std::size_t bytes = 0;
    for (const auto& line : lines) bytes += line.kind == TranscriptLine::server ? line.text.size() : 0;
    return bytes;
}

Transcript load_transcript(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error(path + ": cannot be read");
    Transcript transcript;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with(' ') && !transcript.lines.empty()) {
            transcript.lines.back().text += '\n' + line;
        } else if (!read_line(transcript, line) && !read_setting(transcript, line)) {
            throw std::runtime_error(path + ":" + std::to_string(number) + ": not a line of a transcript: " + line);
        }
    }
    return transcript;
}

std::string replay(const Transcript& transcript, const Reading& reading) { return Replay{transcript, reading}.play(); }

} // namespace support
