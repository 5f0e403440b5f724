#include "headstock/detail/wire_log.hpp"

#include "bridge/writer.hpp"
#include "headstock/ns.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

namespace headstock::detail {
namespace {

using bridge::Element;

std::string timestamp() {
    using namespace std::chrono;
    const auto now = system_clock::now();
    const auto seconds = system_clock::to_time_t(now);
    const auto millis = duration_cast<milliseconds>(now.time_since_epoch()).count() % 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[40];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text + length, sizeof text - length, ".%03dZ ", static_cast<int>(millis));
    return text;
}

// One line, whatever the peer wrote: a character reference means the same to XML.
void append_line(std::string& line, std::string_view xml, std::size_t left_out) {
    for (const char c : xml.substr(0, WireLog::shown)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) {
            line += c;
        } else {
            line.append("&#").append(std::to_string(byte)).append(";");
        }
    }
    left_out += xml.size() - std::min(xml.size(), WireLog::shown);
    if (left_out > 0) line.append("... [").append(std::to_string(left_out)).append(" more bytes]");
}

std::string make_line(std::string_view direction, std::string_view xml, std::size_t left_out) {
    auto line = timestamp();
    line += direction;
    append_line(line, xml, left_out);
    return line;
}

void hide(Element& element) {
    const auto secret = element.all_text();
    if (secret.empty()) return;
    element.clear();
    element.text("[" + std::to_string(secret.size()) + " bytes]");
}

// Children can be reached for change only by their names; these are ours, so this is no trick on anyone.
Element& mutable_child(const Element& child) { return const_cast<Element&>(child); }

void hide_values(Element& field) {
    for (const auto& value : field.children("value")) hide(mutable_child(value));
}

bool is_secret_field(const Element& element) {
    return element.is("field", ns::data_forms) &&
           (element.attribute("var") == "password" || element.attribute("type") == "text-private");
}

// <auth/>, <challenge/>, <response/>, <success/> hold payloads, the other SASL elements words.
bool is_sasl_payload(const Element& root) { return root.ns() == ns::sasl && !root.first_child(); }

void hide_secrets(Element& root) {
    if (is_sasl_payload(root)) return hide(root);
    std::vector<Element*> open{&root};
    while (!open.empty()) {
        auto& element = *open.back();
        open.pop_back();
        if (element.is("password", ns::registration)) {
            hide(element);
        } else if (is_secret_field(element)) {
            hide_values(element);
        } else {
            for (const auto& child : element.children()) open.push_back(&mutable_child(child));
        }
    }
}

} // namespace

std::string redact(std::string_view xml, std::string_view content_ns) {
    // The stream's declarations are in force around it.
    std::string document = "<stream:stream xmlns='" + std::string{content_ns} + "' xmlns:stream='" +
                           std::string{ns::stream} + "'>";
    document.append(xml).append("</stream:stream>");
    const auto parsed = Element::parse(document);
    if (!parsed) return "[" + std::to_string(xml.size()) + " bytes that may hold a password]";
    auto element = parsed->first_child();
    hide_secrets(element);
    std::string safe;
    bridge::write(element, safe, {.inherited = content_ns});
    return safe;
}

bool WireLog::set(const std::string& path, bool to_stdout) {
    to_stdout_ = to_stdout;
    file_.reset(path.empty() ? nullptr : std::fopen(path.c_str(), "ae"));
    if (file_) std::setvbuf(file_.get(), nullptr, _IOLBF, 0);
    return path.empty() || file_ != nullptr;
}

void WireLog::sent(std::string_view xml) {
    if (!on()) return;
    if (!behind_received_) return put(make_line("C: ", xml, 0));
    held_.push_back(make_line("C: ", xml, 0));
}

void WireLog::received(std::string_view xml, std::size_t left_out) {
    if (on()) put(make_line("S: ", xml, left_out));
    hold_sent(false);
}

void WireLog::note(std::string_view text) {
    if (on()) put(make_line("-- ", text, 0));
}

void WireLog::hold_sent(bool hold) {
    behind_received_ = hold;
    for (auto& line : std::exchange(held_, {})) put(std::move(line));
}

void WireLog::put(std::string line) {
    if (sink_) sink_(line);
    line += '\n';
    if (file_ && std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) file_.reset();
    if (to_stdout_) {
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
    }
}

// What is here when more comes belongs to one open piece: its beginning is enough.
void Recorder::feed(std::string_view bytes) {
    if (bytes_.size() > WireLog::shown) {
        left_out_ += bytes_.size() - WireLog::shown;
        bytes_.resize(WireLog::shown);
    }
    bytes_ += bytes;
}

Recorder::Piece Recorder::cut(std::size_t unparsed) {
    const auto end = bytes_.size() - std::min(unparsed, bytes_.size());
    piece_.assign(bytes_, 0, end);
    bytes_.erase(0, end);
    std::string_view text = piece_;
    while (!text.empty() && bridge::is_space(text.front())) text.remove_prefix(1);
    return {text, std::exchange(left_out_, 0)};
}

} // namespace headstock::detail
