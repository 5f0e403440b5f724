// Reads the tables of tests/vectors: tab-separated, '#' opens a comment, the first row names the
// columns.
#pragma once

#include "tests/support/test_directory.hpp"

#include <cstddef>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace test {

/// One row, by column name.  A cell that is left out at the end of a line is empty.
using Row = std::map<std::string, std::string, std::less<>>;

/// The bytes that a cell writes down: %XX is one byte, {S*N} is S repeated N times.
// NOLINTNEXTLINE(misc-no-recursion): a file of ours says how deep
inline std::string decode_cell(std::string_view cell) {
    std::string bytes;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        if (cell[i] == '%') {
            bytes += static_cast<char>(std::stoi(std::string(cell.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else if (cell[i] == '{') {
            const auto star = cell.find('*', i);
            const auto close = cell.find('}', star);
            const auto part = decode_cell(cell.substr(i + 1, star - i - 1));
            const auto times = std::stoul(std::string(cell.substr(star + 1, close - star - 1)));
            for (std::size_t n = 0; n < times; ++n) bytes += part;
            i = close;
        } else {
            bytes += cell[i];
        }
    }
    return bytes;
}

inline std::vector<std::string> split_cells(std::string_view line) {
    std::vector<std::string> cells;
    for (std::size_t begin = 0;;) {
        const auto tab = line.find('\t', begin);
        cells.emplace_back(line.substr(begin, tab - begin));
        if (tab == line.npos) return cells;
        begin = tab + 1;
    }
}

/// The rows of tests/vectors/`name`; throws when the file is missing or holds none, for a test that
/// runs over no row proves nothing.
inline std::vector<Row> read_vectors(const std::string& name) {
    const auto path = support::test_directory() + "/vectors/" + name;
    std::ifstream file(path);
    std::vector<std::string> columns;
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        const auto cells = split_cells(line);
        if (columns.empty()) {
            columns = cells;
            continue;
        }
        Row row;
        for (std::size_t i = 0; i < columns.size(); ++i)
            row[columns[i]] = i < cells.size() ? cells[i] : "";
        rows.push_back(std::move(row));
    }
    if (rows.empty()) throw std::runtime_error("no rows in " + path);
    return rows;
}

} // namespace test
