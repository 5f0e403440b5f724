#include "programs/headstock_explain/table.hpp"

#include "programs/headstock_explain/bad_input.hpp"
#include "programs/headstock_explain/row_words.hpp"

#include "bridge/conversion.hpp"
#include "headstock/printable.hpp"

#include <algorithm>
#include <stdexcept>

namespace explaining {
namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<WrittenRow> rows_of(std::string_view table) {
    std::vector<WrittenRow> rows;
    for (std::size_t line = 1; !table.empty(); ++line) {
        const auto end = std::min(table.find('\n'), table.size());
        const auto text = bridge::trim(table.substr(0, end));
        if (!text.empty() && text.front() != '#') rows.push_back({line, text});
        table.remove_prefix(std::min(end + 1, table.size()));
    }
    return rows;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(blanks), text.size());
        words.push_back(text.substr(0, end));
        text = bridge::trim(text.substr(end));
    }
    return words;
}

// The library's own words begin as its compile errors do.
std::string_view without_name(std::string_view why) {
    constexpr std::string_view ours = "headstock: ";
    return why.starts_with(ours) ? why.substr(ours.size()) : why;
}

} // namespace

std::vector<WrittenRow>
add_table(headstock::ClientApi& client, const std::string& name, std::string_view table) {
    auto rows = rows_of(table);
    if (rows.empty()) throw BadInput(name + ": there is no row in it");
    std::string wrong;
    for (const auto& row : rows) {
        try {
            add_row(client, words_of(row.text));
        } catch (const std::invalid_argument& why) {
            wrong.append(wrong.empty() ? "" : "\n").append(name).append(":");
            wrong.append(std::to_string(row.line)).append(": ");
            wrong.append(headstock::printable(without_name(why.what())));
        }
    }
    if (!wrong.empty()) throw BadInput(wrong);
    return rows;
}

} // namespace explaining
