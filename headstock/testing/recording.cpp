#include "headstock/testing/recording.hpp"

#include "bridge/conversion.hpp"
#include "bridge/error.hpp"
#include "headstock/log.hpp"
#include "headstock/ns.hpp"
#include "headstock/printable.hpp"
#include "headstock/session/xml_tag.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace headstock::testing {
namespace {

using bridge::Element;
using namespace std::string_view_literals;

std::string at_line(std::size_t number, std::string_view what) {
    return "line " + std::to_string(number) + ": " + std::string{what};
}

[[noreturn]] void refuse(std::size_t line, std::string_view why) {
    throw std::runtime_error("headstock::testing::Recording: " + at_line(line, why));
}

// The local name of an element, of its start tag.
std::string_view root_of(std::string_view xml) {
    if (!xml.starts_with('<')) return {};
    const auto name = xml.substr(1, xml.find_first_of(" \t\r\n/>", 1) - 1);
    return name.substr(name.find(':') + 1);
}

bool is_header(std::string_view xml) {
    return xml.starts_with("<?xml") || root_of(xml) == "stream";
}

bool is_stanza(std::string_view name) {
    return name == "message" || name == "presence" || name == "iq";
}

// The log writes a line break as a reference, which stands for none between attributes, nor in a
// CDATA section.
std::string with_breaks(std::string_view markup) {
    constexpr std::array breaks{std::pair{"&#9;"sv, '\t'}, std::pair{"&#10;"sv, '\n'},
                                std::pair{"&#13;"sv, '\r'}};
    const bool is_tag = !markup.starts_with("<![CDATA[");
    std::string out;
    char quote = 0;
    while (!markup.empty()) {
        const auto c = markup.front();
        const auto* const found = std::find_if(breaks.begin(), breaks.end(), [&](const auto& each) {
            return quote == 0 && markup.starts_with(each.first);
        });
        const bool is_break = found != breaks.end();
        out += is_break ? found->second : c;
        markup.remove_prefix(is_break ? found->first.size() : 1);
        if (is_tag && c == quote) {
            quote = 0;
        } else if (is_tag && quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
        }
    }
    return out;
}

std::string as_it_came(std::string_view xml) {
    std::string out;
    while (!xml.empty()) {
        const auto text = xml.substr(0, xml.find('<'));
        out += text;
        xml.remove_prefix(text.size());
        const auto markup = xml.substr(0, detail::markup_size(xml));
        out += with_breaks(markup);
        xml.remove_prefix(markup.size());
    }
    return out;
}

// A stanza inherits what the stream's header has declared.
std::optional<Element> parse_stanza(std::string_view xml, std::string& why) {
    bridge::ParseError error;
    auto root = Element::parse("<stream:stream xmlns='jabber:client' "
                               "xmlns:stream='http://etherx.jabber.org/streams'>" +
                                   std::string{xml} + "</stream:stream>",
                               &error);
    why = error.text;
    if (!root) return std::nullopt;
    why = "something stands behind it";
    if (&root->first_child() != &root->last_child() || !root->text().empty()) return std::nullopt;
    return root->remove(root->first_child());
}

// "[12 bytes]", as the log has it in the place of a secret.
bool hides_something(std::string_view xml) {
    constexpr std::string_view digits = "0123456789";
    for (auto at = xml.find('['); at != xml.npos; at = xml.find('[', at + 1)) {
        const auto end = xml.find_first_not_of(digits, at + 1);
        if (end != xml.npos && end > at + 1 && xml.substr(end).starts_with(" bytes]")) return true;
    }
    return false;
}

bool asks(const Element& stanza) {
    const auto type = stanza.attribute("type");
    return stanza.local_name() == "iq" && (type == "get" || type == "set");
}

// What belongs to a login, though it is a stanza.
bool is_negotiation(const Element& iq) {
    return iq.child("bind", ns::bind) || iq.child("session", ns::session);
}

class Reader {
public:
    Recording read(std::string_view log) {
        for (std::size_t number = 1; !log.empty(); ++number) {
            const auto end = log.find('\n');
            auto line = log.substr(0, end);
            log.remove_prefix(end == log.npos ? log.size() : end + 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            take_line(number, line);
        }
        take_record();
        return std::move(recording_);
    }

private:
    // A line that begins with a space goes on with the one before (LogLayout::indented).
    void take_line(std::size_t number, std::string_view line) {
        if (bridge::trim(line).empty()) return;
        if (line.starts_with(' ') && !open_.empty()) {
            open_ += line.substr(line.find_first_not_of(' '));
            return;
        }
        take_record();
        open_ = line;
        number_ = number;
    }

    void take_record() {
        if (open_.empty()) return;
        const auto record = LogRecord::parse(open_);
        if (!record)
            refuse(number_, "this is no line of a log, which begins as in "
                            "\"2026-11-20T10:11:12.345Z S: \": " +
                                printable(open_, 60));
        if (record->kind != LogKind::note) take(*record);
        open_.clear();
    }

    void take(const LogRecord& record) {
        if (!record.text.starts_with('<')) return note_gap("all of it is hidden: it is left out");
        const auto xml = as_it_came(record.text);
        const auto name = root_of(xml);
        const bool received = record.kind == LogKind::received;
        if (detail::markup_size(xml) == xml.npos) refuse(number_, "it is cut off inside a tag");
        if (name == "handshake") refuse(number_, "the log of a component cannot be replayed");
        if (!received && is_header(xml) && recording_.entries.empty()) in_login_ = true;
        if (received && name == "success") take_login(record);
        if (is_stanza(name)) take_stanza(record, xml);
    }

    void take_login(const LogRecord& record) {
        in_login_ = false;
        recording_.entries.push_back({Recording::Kind::login, number_, record.time, {}});
    }

    void take_stanza(const LogRecord& record, std::string_view xml) {
        std::string why;
        auto stanza = parse_stanza(xml, why);
        const bool received = record.kind == LogKind::received;
        if (!stanza && !xml.ends_with(" more bytes]"))
            refuse(number_, "the stanza is not well-formed: " + why);
        if (!stanza) return note_gap("the log has the stanza's beginning only: it is left out");
        note_account(*stanza, received);
        if (in_login_ || is_of_login(*stanza)) return;
        if (hides_something(xml))
            note_gap("it holds \"[N bytes]\", as the log has it for what it hides");
        recording_.entries.push_back({received ? Recording::Kind::received : Recording::Kind::sent,
                                      number_, record.time, std::move(*stanza)});
    }

    bool is_of_login(const Element& stanza) {
        const std::string id{stanza.attribute("id")};
        if (!is_negotiation(stanza)) return !asks(stanza) && negotiating_.erase(id) > 0;
        asks(stanza) ? void(negotiating_.insert(id)) : void(negotiating_.erase(id));
        return true;
    }

    void note_account(const Element& stanza, bool received) {
        if (!received) return;
        const auto jid = stanza.child("bind", ns::bind).child("jid").text();
        if (!jid.empty() && !std::exchange(account_is_bound_, true)) recording_.account = jid;
        if (recording_.account.empty()) recording_.account = stanza.attribute("to");
    }

    void note_gap(std::string_view what) { recording_.gaps.push_back(at_line(number_, what)); }

    Recording recording_{};
    std::string open_{};     ///< The record at hand, which may go on in the next line.
    std::size_t number_ = 0; ///< Where it begins.
    bool in_login_ = false;  ///< A stream has begun, and nobody has logged in yet.
    bool account_is_bound_ = false;
    std::set<std::string> negotiating_{}; ///< Ids of questions that belong to a login.
};

} // namespace

Recording Recording::parse(std::string_view log) { return Reader{}.read(log); }

Recording Recording::read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    const std::string log{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad())
        throw std::runtime_error("headstock::testing::Recording: " + path + ": " +
                                 std::error_code{errno, std::generic_category()}.message());
    return parse(log);
}

} // namespace headstock::testing
