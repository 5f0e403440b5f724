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

// By one write, so that nothing of another process comes in between.
bool write(std::FILE* file, std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), file) == text.size();
}

// `line` with the end of line behind it.
bool write_line(std::FILE* file, WireLog::Layout layout, std::string_view line) {
    return layout == nullptr ? write(file, line) : write(file, layout(line));
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

std::string WireLog::timestamp(std::chrono::system_clock::time_point time) {
    using namespace std::chrono;
    const auto second = floor<std::chrono::seconds>(time);
    const auto millis = floor<milliseconds>(time - second).count();
    const auto count = system_clock::to_time_t(second);
    std::tm utc{};
    gmtime_r(&count, &utc);
    char text[40];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(text + length, sizeof text - length, ".%03dZ ", static_cast<int>(millis));
    return text;
}

std::string WireLog::make_line(std::string_view side, std::string_view text) const {
    const bool played = clock_ != nullptr && *clock_;
    auto line = timestamp(played ? (*clock_)() : std::chrono::system_clock::now());
    line += side;
    append_printable(line, text, Escape::reference);
    return line;
}

// One line, whatever the peer wrote: a character reference means the same to XML.
std::string
WireLog::make_xml_line(std::string_view side, std::string_view xml, std::size_t left_out) {
    const auto beginning = xml.substr(0, shown);
    auto line = make_line(side, redact(beginning));
    left_out += xml.size() - beginning.size();
    if (left_out > 0) line.append("... [").append(decimal(left_out)).append(" more bytes]");
    return line;
}

Error WireLog::set_file(const std::string& path, Layout layout) {
    std::unique_ptr<std::FILE, Close> file{path.empty() ? nullptr : std::fopen(path.c_str(), "ae")};
    const std::error_code code{errno, std::system_category()};
    if (!path.empty() && !file)
        return {code, concat({"no log is written: ", path, ": ", code.message()})};
    file_ = std::move(file);
    file_layout_ = layout;
    // Each line is one write, and a child of fork() finds nothing to write a second time.
    if (file_) std::setvbuf(file_.get(), nullptr, _IONBF, 0);
    find_out();
    return {};
}

void WireLog::set_stream(std::FILE* stream, Layout layout) {
    stream_ = stream;
    stream_layout_ = layout;
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
    if (file_ && !write_line(file_.get(), file_layout_, line)) file_.reset();
    if (stream_ != nullptr) {
        write_line(stream_, stream_layout_, line);
        std::fflush(stream_);
    }
    find_out();
}

} // namespace headstock::detail
