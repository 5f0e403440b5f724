#include "headstock/extensions/replies.hpp"

#include "headstock/extensions/stanza_id.hpp"

namespace headstock {
namespace {

// "> " before each line.
std::string quote_lines(std::string_view text) {
    std::string quoted;
    for (;;) {
        const auto end = text.find('\n');
        quoted.append("> ").append(text.substr(0, end)).append("\n");
        if (end == text.npos) return quoted;
        text.remove_prefix(end + 1);
    }
}

} // namespace

Message answer_to(const Message& asked, std::string_view text, std::string_view quoted) {
    auto answer = asked.reply(std::string{text});
    const auto id = reference_id(asked);
    if (id.empty()) return answer;
    answer.add(ReplyTo{id, asked.from});
    if (quoted.empty()) return answer;
    const auto said = body_without_fallback(asked, ns::reply);
    const auto before = "> " + std::string{quoted} + " wrote:\n" + quote_lines(said);
    answer.body.insert(0, before);
    answer.add(Fallback::of_body(ns::reply, 0, count_code_points(before)));
    return answer;
}

} // namespace headstock
