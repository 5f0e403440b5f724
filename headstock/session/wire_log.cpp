#include "headstock/session/wire_log.hpp"

#include "headstock/printable.hpp"
#include "headstock/session/redact.hpp"
#include "headstock/text/concat.hpp"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <new>
#include <system_error>
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

std::string make_line(std::string_view direction, std::string_view text) {
    auto line = timestamp();
    line += direction;
    append_printable(line, text, Escape::reference);
    return line;
}

// One line, whatever the peer wrote: a character reference means the same to XML.
std::string make_xml_line(std::string_view direction, std::string_view xml, std::size_t left_out) {
    const auto shown = xml.substr(0, WireLog::shown);
    auto line = make_line(direction, redact(shown));
    left_out += xml.size() - shown.size();
    if (left_out > 0) line.append("... [").append(std::to_string(left_out)).append(" more bytes]");
    return line;
}

// For what there is no memory to write, nothing is written: it may not end what it tells of.
template <class F>
void try_to(F write) noexcept {
    try {
        write();
    } catch (const std::bad_alloc&) {
    }
}

} // namespace

Error WireLog::set_file(const std::string& path) {
    std::unique_ptr<std::FILE, Close> file{path.empty() ? nullptr : std::fopen(path.c_str(), "ae")};
    const std::error_code code{errno, std::system_category()};
    if (!path.empty() && !file)
        return {code, concat({"no log is written: ", path, ": ", code.message()})};
    file_ = std::move(file);
    // Each line is one write, and a child of fork() finds nothing to write a second time.
    if (file_) std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    find_out();
    return {};
}

void WireLog::set_stream(std::FILE* stream) {
    stream_ = stream;
    find_out();
}

void WireLog::set_sink(Sink sink) {
    sink_ = sink ? std::make_shared<const Sink>(std::move(sink)) : nullptr;
    find_out();
}

void WireLog::close() noexcept {
    file_.reset();
    stream_ = nullptr;
    sink_.reset();
    find_out();
}

void WireLog::find_out() { on_ = file_ || stream_ != nullptr || sink_; }

void WireLog::sent(std::string_view xml) noexcept {
    if (!on()) return;
    try_to([&] {
        auto line = make_xml_line("C: ", xml, 0);
        if (!behind_received_) return put(std::move(line));
        const auto size = line.size();
        held_.push_back(std::move(line));
        held_bytes_ += size;
    });
    if (held_bytes_ > held_at_most) give_up_held();
}

void WireLog::received(std::string_view xml, std::size_t left_out) noexcept {
    if (on()) try_to([&] { put(make_xml_line("S: ", xml, left_out)); });
    hold_sent(false);
}

void WireLog::note(std::string_view text) noexcept {
    if (on()) try_to([&] { put(make_line("-- ", text.substr(0, shown))); });
}

void WireLog::begins(unsigned connection, std::string_view peer) noexcept {
    connection_ = connection;
    if (on()) try_to([&] { note(concat({"connected to ", peer})); });
}

void WireLog::turn_to(unsigned connection, std::string_view peer) noexcept {
    if (!on() || connection == connection_) return;
    connection_ = connection;
    try_to([&] { note(concat({"on the connection to ", peer, ":"})); });
}

void WireLog::hold_sent(bool hold) noexcept {
    behind_received_ = hold;
    if (!hold) give_up_held();
}

void WireLog::give_up_held() noexcept {
    held_bytes_ = 0;
    for (auto& line : std::exchange(held_, {})) try_to([&] { put(std::move(line)); });
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
    if (stream_ != nullptr) {
        std::fwrite(line.data(), 1, line.size(), stream_);
        std::fflush(stream_);
    }
    find_out();
}

} // namespace headstock::detail
