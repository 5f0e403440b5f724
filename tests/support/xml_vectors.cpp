#include "tests/support/xml_vectors.hpp"

#include "tests/support/test_directory.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>

namespace test {
namespace {

using Row = std::vector<std::string>;

Row split(const std::string& line) {
    Row row;
    std::size_t begin = 0;
    for (auto tab = line.find('\t'); tab != line.npos; tab = line.find('\t', begin)) {
        row.push_back(line.substr(begin, tab - begin));
        begin = tab + 1;
    }
    row.push_back(line.substr(begin));
    return row;
}

// The rows below the comment and the line of titles.
std::vector<Row> table(const std::string& name, std::size_t columns) {
    std::ifstream file{support::test_directory() + "/vectors/" + name};
    std::vector<Row> rows;
    std::string line;
    bool titles = true;
    while (std::getline(file, line)) {
        if (line.empty() || line.front() == '#') continue;
        if (!titles) rows.push_back(split(line));
        if (!titles && rows.back().size() < columns) throw std::runtime_error{name + ": " + line};
        titles = false;
    }
    if (rows.empty()) throw std::runtime_error{name + " cannot be read"};
    return rows;
}

char from_hex(std::string_view two) {
    return static_cast<char>(std::stoi(std::string{two}, nullptr, 16));
}

std::string from_percent(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool coded = text[at] == '%';
        bytes += coded ? from_hex(text.substr(at + 1, 2)) : text[at];
        if (coded) at += 2;
    }
    return bytes;
}

std::string from_hex_string(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) bytes += from_hex(hex.substr(at, 2));
    return bytes;
}

} // namespace

std::vector<XmlVector> xml_vectors() {
    std::vector<XmlVector> vectors;
    for (const auto& row : table("xml_vectors.tsv", 4)) {
        vectors.push_back({row[0], from_percent(row[1]), row[3]});
    }
    return vectors;
}

std::vector<Utf8Vector> utf8_vectors() {
    std::vector<Utf8Vector> vectors;
    for (const auto& row : table("utf8_vectors.tsv", 3)) {
        vectors.push_back({row[0], from_hex_string(row[0]), row[1] == "ok", row[2] == "ok"});
    }
    return vectors;
}

} // namespace test
