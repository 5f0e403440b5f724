// Reads the files; transcript_replay.cpp plays them.
#include "tests/support/transcript.hpp"

#include "tests/support/test_directory.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace support {
namespace {

struct Word {
    std::string_view text;
    TranscriptLine::Kind kind;
};
constexpr std::array words{
    Word{"S: ", TranscriptLine::server},    Word{"C: ", TranscriptLine::client},
    Word{"E: ", TranscriptLine::event},     Word{"TLS", TranscriptLine::tls},
    Word{"SEND ", TranscriptLine::send},    Word{"STOP", TranscriptLine::stop},
    Word{"CLOSED", TranscriptLine::closed}, Word{"LOST", TranscriptLine::lost},
    Word{"PASS ", TranscriptLine::pass},
};

bool read_setting(Transcript& transcript, const std::string& line) {
    const auto colon = line.find(':');
    if (colon == line.npos) return false;
    const auto name = line.substr(0, colon);
    const auto value = colon + 2 <= line.size() ? line.substr(colon + 2) : std::string{};
    if (name == "jid") return (transcript.jid = value, true);
    if (name == "password") return (transcript.password = value, true);
    if (name == "token") return (transcript.tokens.push_back(value), true);
    if (name == "tls") return (transcript.in_clear = value == "disabled", true);
    if (name == "clear-password") return (transcript.clear_password = value == "allowed", true);
    if (name == "role") return (transcript.component = value == "component", true);
    if (name == "minimum") return (transcript.minimum = value, true);
    if (name == "register") return (transcript.registration = value, true);
    return false;
}

bool read_line(Transcript& transcript, const std::string& line) {
    for (const auto& [text, kind] : words) {
        if (!line.starts_with(text)) continue;
        transcript.lines.push_back({kind, line.substr(text.size())});
        return true;
    }
    return false;
}

// What all dialogues begin with, and the dialogues read so far.
struct Reader {
    Transcript common;
    std::vector<Transcript> dialogues;

    void begin(std::string name) {
        dialogues.push_back(common);
        dialogues.back().name = common.name + ", " + std::move(name);
        dialogues.back().common_lines = common.lines.size();
    }
    bool read(const std::string& line) {
        auto& open = dialogues.empty() ? common : dialogues.back();
        if (line.starts_with("== ")) return (begin(line.substr(3)), true);
        if (!line.starts_with(' ')) return read_line(open, line) || read_setting(open, line);
        if (open.lines.empty()) return false;
        open.lines.back().text += '\n' + line;
        return true;
    }
};

} // namespace

std::size_t Transcript::server_bytes(std::size_t count) const {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (lines[i].kind == TranscriptLine::server) bytes += lines[i].text.size();
    }
    return bytes;
}

std::vector<Transcript> load_transcripts(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error(path + ": cannot be read");
    Reader reader;
    reader.common.name = std::filesystem::path{path}.stem().string();
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        if (line.empty() || line.starts_with('#')) continue;
        if (!reader.read(line))
            throw std::runtime_error(path + ":" + std::to_string(number) +
                                     ": not a line of a transcript: " + line);
    }
    if (reader.dialogues.empty()) return {reader.common};
    return std::move(reader.dialogues);
}

std::vector<Transcript> all_transcripts() {
    std::vector<std::string> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator{test_directory() + "/transcripts"}) {
        if (entry.path().extension() == ".txt") paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Transcript> all;
    for (const auto& path : paths) {
        for (auto& dialogue : load_transcripts(path)) all.push_back(std::move(dialogue));
    }
    return all;
}

} // namespace support
