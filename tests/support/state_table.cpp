#include "tests/support/state_table.hpp"

#include "tests/support/test_directory.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace support {
namespace {

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream in{line};
    return {std::istream_iterator<std::string>{in}, {}};
}

[[noreturn]] void refuse(const std::string& line, const char* why) {
    throw std::runtime_error("state_element.txt: " + std::string{why} + ": " + line);
}

class Reader {
public:
    void read(const std::string& line) {
        if (line.empty() || line.starts_with('#')) return;
        if (line.starts_with("== ")) return begin(line.substr(3));
        const auto words = words_of(line);
        if (section_ < scripts) return read_text(line, words.front());
        if (section_ == scripts) return read_script(line, words.front());
        read_row(line, words);
    }

    StateTable finish() {
        for (const auto& part : table_.parts) {
            for (const auto& element : table_.elements)
                if (!part.rows.contains(element)) refuse(part.title, ("no row " + element).c_str());
        }
        return std::move(table_);
    }

private:
    enum Section { none, elements, more_texts, scripts, outcomes };

    void begin(const std::string& title) {
        if (section_ < outcomes) section_ = static_cast<Section>(section_ + 1);
        if (section_ == outcomes) table_.parts.push_back({title, {}});
    }

    void read_text(const std::string& line, const std::string& name) {
        const auto at = line.find_first_not_of(' ', name.size());
        if (at == line.npos) refuse(line, "no text");
        if (!table_.texts.emplace(name, test::decode_cell(line.substr(at))).second)
            refuse(line, "twice");
        if (section_ == elements) table_.elements.push_back(name);
    }

    void read_script(const std::string& line, const std::string& name) {
        const auto at = line.find_first_not_of(' ', name.size());
        if (at == line.npos || !table_.scripts.emplace(name, line.substr(at)).second)
            refuse(line, "no script, or a second one");
    }

    void read_row(const std::string& line, std::vector<std::string> words) {
        auto& part = table_.parts.back();
        const auto name = words.front();
        words.erase(words.begin());
        if (name == ".") {
            for (const auto& state : words)
                if (!table_.scripts.contains(state)) refuse(state, "no script");
            part.states = std::move(words);
            return;
        }
        const bool known = std::find(table_.elements.begin(), table_.elements.end(), name) !=
                           table_.elements.end();
        if (!known || words.size() != part.states.size()) refuse(line, "a cell is missing");
        if (!part.rows.emplace(name, std::move(words)).second) refuse(line, "twice");
    }

    StateTable table_;
    Section section_ = none;
};

} // namespace

std::vector<std::string> StateTable::way_to(const std::string& state) const {
    std::vector<std::string> way;
    for (auto at = state;;) {
        const auto& script = scripts.at(at);
        const auto colon = script.find(": ");
        const auto words = words_of(colon == script.npos ? script : script.substr(colon + 2));
        way.insert(way.begin(), words.begin(), words.end());
        if (colon == script.npos) break;
        at = script.substr(0, colon);
    }
    std::erase(way, "-");
    return way;
}

const std::string& StateTable::cell(const std::string& element, const std::string& state) const {
    for (const auto& part : parts) {
        const auto found = std::find(part.states.begin(), part.states.end(), state);
        if (found != part.states.end())
            return part.rows.at(element).at(static_cast<std::size_t>(found - part.states.begin()));
    }
    throw std::runtime_error("state_element.txt: no state " + state);
}

const StateTable& state_table() {
    static const auto table = [] {
        std::ifstream file{test_directory() + "/vectors/state_element.txt"};
        Reader reader;
        for (std::string line; std::getline(file, line);) reader.read(line);
        return reader.finish();
    }();
    return table;
}

} // namespace support
