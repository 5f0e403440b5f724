// Plays a transcript: the part of the server, of the program, and of the loop around a session.
#include "tests/support/transcript.hpp"

#include "headstock/handlers.hpp"
#include "headstock/session/session.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <sstream>
#include <stdexcept>
#include <typeinfo>
#include <utility>

namespace support {
namespace {

namespace detail = headstock::detail;
using bridge::Element, bridge::Tag;
using headstock::StanzaError;

// Writes down everything that a program could notice.
struct Witness {
    std::deque<std::string> events;
    detail::Session* session = nullptr;
    std::map<std::string, std::string> fields; ///< What it fills into a registration form.

    void ready() { events.push_back("ready " + session->jid().str()); }
    void stopping(const headstock::Error& error) {
        if (!error) return events.push_back("stopping");
        const auto condition = error.condition.empty() ? std::string{} : ": " + error.condition;
        events.push_back("stopping " + error.code.message() + condition + " | " + error.message());
    }
    void cleanup() { events.push_back("cleanup"); }
    void terminated() { events.push_back("terminated"); }

    void message(const Element& message) {
        events.push_back("message " + std::string{message.attribute("type", "normal")} + " from " +
                         std::string{message.attribute("from")} + ": " +
                         std::string{message.child("body").text()});
    }
    void presence(const Tag& presence) {
        events.push_back("presence " + std::string{presence.attribute("type", "available")} +
                         " from " + std::string{presence.attribute("from")});
    }
    void contact(const Tag& item) {
        events.push_back("contact " + std::string{item.attribute("jid")});
    }
    Element version(const Tag& query) {
        events.push_back("asked for version by " + std::string{query.parent().attribute("from")});
        return Element{query.name()}.add("name", "witness");
    }

    void handle_register_form(headstock::RegistrationForm& form) {
        std::string names;
        for (const auto& field : form.fields()) names += ' ' + field.name;
        events.push_back("form" + names);
        for (const auto& [name, value] : fields) form.set(name, value);
    }
    void handle_register_success() { events.push_back("registered"); }
    void handle_register_conflict(const StanzaError& error) {
        events.push_back("conflict: " + error.text);
    }
    void handle_resource_constraint(const StanzaError& error) {
        events.push_back("constraint: " + error.text);
    }
    void handle_register_error(const StanzaError& error) {
        events.push_back("refused: " + error.message());
    }
};
HEADSTOCK_HANDLERS(Witness,
                   on<&self::message>("message"),
                   on<&self::presence>("presence"),
                   on<&self::contact>("item", headstock::ns::roster),
                   on<&self::version>("iq@type=get", "query", headstock::ns::version))

std::map<std::string, std::string> read_fields(const std::string& text) {
    std::map<std::string, std::string> fields;
    std::istringstream words{text};
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        fields[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return fields;
}

headstock::Mechanism mechanism_of(const std::string& name) {
    using headstock::Mechanism;
    for (const auto each : {Mechanism::plain, Mechanism::scram_sha_1, Mechanism::scram_sha_256,
                            Mechanism::scram_sha_512, Mechanism::external}) {
        if (detail::name_of(each) == name) return each;
    }
    throw std::runtime_error("no such mechanism: " + name);
}

// One dialogue is played thousands of times: the same key is derived once.
const detail::ScramKeys& derive(const detail::KeyRequest& request) {
    static std::map<std::string, detail::ScramKeys> known;
    const auto key = std::string{request.password.view()} + '\0' + request.salt + '\0' +
                     std::to_string(request.iterations) + '\0' +
                     std::to_string(static_cast<int>(request.hash));
    const auto found = known.find(key);
    return found != known.end() ? found->second : known[key] = detail::derive_keys(request);
}

class Replay {
public:
    Replay(const Transcript& transcript, const Reading& reading)
        : transcript_(transcript), reading_(reading),
          tokens_(transcript.tokens.begin(), transcript.tokens.end()), settings_(settings()),
          session_(headstock::Jid{transcript.jid},
                   detail::Secret{transcript.password},
                   settings_,
                   this) {
        witness_.session = &session_;
        session_.add_object(typeid(Witness), &witness_, {detail::rows_of<Witness>, {}},
                            detail::hooks_of<Witness, Replay>());
        session_.set_tokens([this] { return next_token(); });
        if (reading.log) session_.set_log(reading.log);
    }

    std::string play() {
        session_.tick(now_);
        session_.connected();
        for (const auto& line : transcript_.lines) {
            if (auto fault = play(line); !fault.empty()) return fault;
        }
        collect();
        if (!written_.empty()) return "the client also wrote: " + written_;
        if (!witness_.events.empty()) return "there was also: " + witness_.events.front();
        return {};
    }

private:
    detail::Settings settings() {
        if (transcript_.component)
            return headstock::ComponentOptions{.tls = headstock::ComponentTls::unencrypted};
        headstock::Options options;
        if (transcript_.in_clear) options.tls = headstock::Tls::disabled;
        options.insecure_plain_password = transcript_.clear_password;
        if (!transcript_.minimum.empty())
            options.minimum_mechanism = mechanism_of(transcript_.minimum);
        if (transcript_.registration) {
            witness_.fields = read_fields(*transcript_.registration);
            options.registration = &witness_;
        }
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
        case TranscriptLine::server:
            feed(line.text);
            return {};
        case TranscriptLine::client:
            return expect_written(line.text);
        case TranscriptLine::event:
            return expect_event(line.text);
        case TranscriptLine::tls:
            return secure();
        case TranscriptLine::send:
            return session_.send_raw(line.text) ? std::string{} : "not sent: " + line.text;
        case TranscriptLine::stop:
            session_.stop(std::chrono::seconds{5});
            return {};
        case TranscriptLine::closed:
            return close();
        case TranscriptLine::lost:
            return lose();
        case TranscriptLine::pass:
            if (session_.deadline() <= now_) session_.tick(now_); // what was due before
            session_.tick(now_ += std::stoull(line.text));
            return {};
        }
        return "no such line";
    }

    void feed(std::string_view bytes) {
        while (!bytes.empty()) {
            auto size = reading_.size == 0 ? bytes.size() : std::min(reading_.size, bytes.size());
            if (fed_ < reading_.split_at) size = std::min(size, reading_.split_at - fed_);
            // A copy of its own, so that a sanitizer sees every read past its end.
            const std::vector<char> piece(bytes.begin(),
                                          bytes.begin() + static_cast<std::ptrdiff_t>(size));
            session_.received({piece.data(), piece.size()});
            bytes.remove_prefix(size);
            fed_ += size;
        }
    }

    void collect() {
        if (session_.step() == detail::Step::derive_key) {
            session_.step_taken();
            session_.derived(derive(session_.key_request()));
        }
        written_ += session_.outbox().take();
        session_.outbox().confirm(session_.outbox().taken());
    }

    std::string expect_written(const std::string& expected) {
        collect();
        if (!written_.starts_with(expected))
            return "expected C: " + expected + "\n     but got: " + written_;
        written_.erase(0, expected.size());
        return {};
    }

    std::string expect_event(const std::string& expected) {
        if (witness_.events.empty())
            return "expected E: " + expected + "\n     but nothing happened";
        const auto got = witness_.events.front();
        const bool part = expected.starts_with("stopping ") && got.starts_with(expected + " | ");
        if (got != expected && !part) return "expected E: " + expected + "\n     but got: " + got;
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
        collect();
        if (session_.step() != detail::Step::close) return "the client does not want to close here";
        session_.disconnected({});
        return {};
    }

    // What no C line has read by now never left.
    std::string lose() {
        session_.disconnected({});
        session_.outbox().take();
        return {};
    }

    const Transcript& transcript_;
    const Reading& reading_;
    std::deque<std::string> tokens_;
    Witness witness_;
    detail::Settings settings_;
    detail::Session session_;
    std::string written_;
    std::size_t fed_ = 0;
    std::uint64_t now_ = 0;
};

} // namespace

std::string replay(const Transcript& transcript, const Reading& reading) {
    return Replay{transcript, reading}.play();
}

} // namespace support
