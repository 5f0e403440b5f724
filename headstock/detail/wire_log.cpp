#include "headstock/detail/wire_log.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>
#include <vector>

namespace headstock::detail {
namespace {

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
    const auto all = xml.substr(0, WireLog::shown);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto byte = static_cast<unsigned char>(all[i]);
        const auto next = i + 1 < all.size() ? static_cast<unsigned char>(all[i + 1]) : 0;
        const bool c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0; // U+0080 to U+009F in UTF-8
        if (byte >= 0x20 && byte != 0x7f && !c1) {
            line += all[i];
        } else {
            line.append("&#").append(std::to_string(c1 ? next : byte)).append(";");
            i += c1;
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

} // namespace

bool WireLog::set(const std::string& path, bool to_stdout) {
    to_stdout_ = to_stdout;
    file_.reset(path.empty() ? nullptr : std::fopen(path.c_str(), "ae"));
    // Each line is one write, and a child of fork() finds nothing to write a second time.
    if (file_) std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    find_out();
    return path.empty() || file_ != nullptr;
}

void WireLog::set_sink(Sink sink) {
    sink_ = sink ? std::make_shared<const Sink>(std::move(sink)) : nullptr;
    find_out();
}

void WireLog::find_out() { on_ = file_ || to_stdout_ || sink_; }

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
    if (hold && held_.size() < held_at_most) return;
    for (auto& line : std::exchange(held_, {})) put(std::move(line));
}

void WireLog::put(std::string line) {
    try {
        if (const auto sink = sink_) (*sink)(line);
    } catch (...) {
        sink_ = nullptr; // a note may be made inside the parser, where nothing may be thrown
    }
    line += '\n';
    if (file_ && std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size())
        file_.reset();
    if (to_stdout_) {
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
    }
    find_out();
}

} // namespace headstock::detail
