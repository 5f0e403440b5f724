// The log in other forms than lines.  In a file of its own: a program that wants none of them links
// none of it.
#include "headstock/client/core.hpp"
#include "headstock/client_api.hpp"
#include "headstock/session/log_layout.hpp"

#include <utility>

namespace headstock {
namespace {

detail::WireLog::Layout function_of(LogLayout layout) {
    return layout == LogLayout::indented ? &detail::indent_line : nullptr;
}

} // namespace

void ClientApi::set_record_sink(std::function<void(const LogRecord&)> sink) {
    if (!sink) return set_log(std::function<void(std::string_view)>{});
    set_log(std::function<void(std::string_view)>{[sink = std::move(sink)](std::string_view line) {
        if (const auto record = LogRecord::parse(line)) sink(*record);
    }});
}

Error ClientApi::set_log(const std::string& path, LogLayout layout) {
    core_->check_thread();
    return core_->session().set_log(path, function_of(layout));
}

void ClientApi::set_log(std::FILE* stream, LogLayout layout) {
    core_->check_thread();
    core_->session().set_log(stream, function_of(layout));
}

} // namespace headstock
