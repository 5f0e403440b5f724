// Reads tests/vectors/state_element.txt: what is done with each element in each state.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace support {

struct StateTable {
    /// Outcomes of some states, as they stand there.
    struct Part {
        std::string title;
        std::vector<std::string> states;
        std::map<std::string, std::vector<std::string>> rows{}; ///< By element; as many as states.
    };

    std::vector<std::string> elements{};          ///< Of which each part has a row.
    std::map<std::string, std::string> texts{};   ///< Of elements, and of what else is said.
    std::map<std::string, std::string> scripts{}; ///< How a state is reached.
    std::vector<Part> parts{};

    /// The words that lead to a state, all of them.
    std::vector<std::string> way_to(const std::string& state) const;
    /// Throws std::runtime_error when a cell is missing.
    const std::string& cell(const std::string& element, const std::string& state) const;
};

/// Throws std::runtime_error with the line that is not as it should be: one without as many cells
/// as there are states, an element or a state that is not described, or has no row.
const StateTable& state_table();

} // namespace support
