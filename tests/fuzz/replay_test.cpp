// What is kept for the fuzz targets, replayed: seeds/, found/, and so many mutations of them.
//
//     HEADSTOCK_FUZZ_MUTATIONS=n    how many for each target, instead of 2,000
//     HEADSTOCK_FUZZ_SEED=n         others than usual
//     HEADSTOCK_FUZZ_KEEP=FILE      each is written there before it is run
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/simulation/chance.hpp"
#include "tests/support/test_directory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// In programs with a sanitizer, which ends them without a word of doctest.
extern "C" void __sanitizer_set_death_callback(void (*)()) __attribute__((weak)); // NOLINT

namespace {

using simulation::Chance;

struct Input {
    std::string name;
    std::string bytes;
};

std::string read(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void add_inputs(const std::string& folder, std::vector<Input>& inputs) {
    const std::filesystem::path path{support::test_directory() + "/fuzz/" + folder};
    if (!std::filesystem::exists(path)) return;
    for (const auto& entry : std::filesystem::directory_iterator{path})
        inputs.push_back({folder + '/' + entry.path().filename().string(), read(entry.path())});
    std::sort(inputs.begin(), inputs.end(),
              [](const Input& a, const Input& b) { return a.name < b.name; });
}

// The words between the quotes of xmpp.dict, with their \xHH.
std::vector<std::string> dictionary() {
    std::vector<std::string> words;
    std::ifstream file{support::test_directory() + "/fuzz/xmpp.dict"};
    for (std::string line; std::getline(file, line);) {
        const auto begin = line.find('"');
        if (line.starts_with('#') || begin == line.npos) continue;
        std::string word;
        for (auto at = begin + 1; at + 1 < line.size(); ++at) {
            if (line[at] != '\\') {
                word += line[at];
            } else if (line[at + 1] == 'x') {
                word += static_cast<char>(std::stoi(line.substr(at + 2, 2), nullptr, 16));
                at += 3;
            } else {
                word += line[++at];
            }
        }
        words.push_back(std::move(word));
    }
    return words;
}

void mutate_once(std::string& bytes,
                 const std::vector<Input>& inputs,
                 const std::vector<std::string>& words,
                 Chance& chance) {
    const auto at = static_cast<std::size_t>(chance.below(bytes.size() + 1));
    const auto size = static_cast<std::size_t>(chance.below(16));
    switch (chance.below(7)) {
    case 0:
        if (at < bytes.size()) bytes[at] = static_cast<char>(chance.below(256));
        return;
    case 1:
        bytes.erase(at, size);
        return;
    case 2:
        bytes.insert(at, bytes.substr(at, size * 4));
        return;
    case 3:
        bytes.insert(at, std::string(size, static_cast<char>(chance.below(256))));
        return;
    case 4: {
        const auto& other = inputs[chance.below(inputs.size())].bytes;
        bytes.replace(at, bytes.npos, other.substr(chance.below(other.size() + 1)));
        return;
    }
    case 5:
        bytes.resize(at);
        return;
    default:
        bytes.insert(at, words[chance.below(words.size())]);
    }
}

std::uint64_t from_environment(const char* name, std::uint64_t usual) {
    const auto* const text = std::getenv(name);
    return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

void run(const fuzz::Target& target, const std::string& name, const std::string& bytes) {
    fuzz::input_name = name;
    if (const auto* const file = std::getenv("HEADSTOCK_FUZZ_KEEP"))
        std::ofstream{file, std::ios::binary} << bytes;
    // Exactly as long as the bytes, so that a sanitizer sees every read beyond them.
    const std::vector<char> own(bytes.begin(), bytes.end());
    target.run({own.data(), own.size()});
    fuzz::input_name = {};
}

void name_the_input() { fuzz::tell("in", fuzz::input_name); }

void replay(std::string_view name) {
    if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(name_the_input);
    const auto& target = *std::find_if(std::begin(fuzz::targets), std::end(fuzz::targets),
                                       [&](const fuzz::Target& each) { return each.name == name; });
    std::vector<Input> inputs;
    add_inputs("seeds/" + std::string{name}, inputs);
    REQUIRE(inputs.size() >= 4);
    add_inputs("found/" + std::string{name}, inputs);
    for (const auto& input : inputs) run(target, input.name, input.bytes);

    const auto words = dictionary();
    REQUIRE(words.size() > 100);
    const auto seed = from_environment("HEADSTOCK_FUZZ_SEED", 1);
    CAPTURE(seed);
    Chance chance{seed};
    const auto mutations = from_environment("HEADSTOCK_FUZZ_MUTATIONS", 2'000);
    for (std::uint64_t i = 1; i <= mutations; ++i) {
        const auto& input = inputs[chance.below(inputs.size())];
        auto bytes = input.bytes;
        for (auto left = 1 + chance.below(4); left > 0; --left)
            mutate_once(bytes, inputs, words, chance);
        run(target, "mutation " + std::to_string(i) + " of " + input.name, bytes);
    }
}

} // namespace

TEST_CASE("fuzz: the stream parser") { replay("parser"); }
TEST_CASE("fuzz: a session with a hostile server") { replay("session"); }
TEST_CASE("fuzz: JIDs") { replay("jid"); }
TEST_CASE("fuzz: what a server says in a login") { replay("login"); }
TEST_CASE("fuzz: payloads") { replay("payload"); }
TEST_CASE("fuzz: dates and times") { replay("date_time"); }
TEST_CASE("fuzz: the way to the server") { replay("route"); }
TEST_CASE("fuzz: counters and outbox of stream management") { replay("counters"); }
TEST_CASE("fuzz: writer and parser against Expat alone") { replay("writer"); }
