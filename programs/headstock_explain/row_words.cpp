#include "programs/headstock_explain/row_words.hpp"

#include "headstock/message.hpp"

#include <array>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

namespace explaining {
namespace {

using headstock::ClientApi, headstock::Match, headstock::Path, headstock::Sender;
using Words = std::span<const std::string_view>;

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }

std::string quoted(std::string_view word) { return "'" + std::string{word} + "'"; }

/// What stands behind a row's path: ".once", ".from(juliet@example.org)".
struct Word {
    std::string_view name;
    std::optional<std::string_view> value{}; ///< What its parentheses hold.
};

// A function's empty parentheses may stand there, as they do in C++.
Word read_word(std::string_view text) {
    text.remove_prefix(1);
    const auto open = text.find('(');
    if (open == text.npos) return {text};
    if (text.back() != ')') refuse("'." + std::string{text} + "' has no ')' at its end");
    const auto value = text.substr(open + 1, text.size() - open - 2);
    if (value.empty()) return {text.substr(0, open)};
    return {text.substr(0, open), value};
}

std::string_view value_of(const Word& word) {
    if (!word.value) refuse("." + std::string{word.name} + " wants something in parentheses");
    return *word.value;
}

void takes_no_value(const Word& word) {
    if (word.value) refuse("." + std::string{word.name} + " takes nothing in its parentheses");
}

std::string_view jid_of(const Word& word) {
    const auto text = value_of(word);
    headstock::Error why;
    const auto jid = headstock::Jid::parse(text, &why);
    if (!jid) refuse(why.message());
    if (jid->str() != text) refuse("a server writes " + quoted(text) + " as " + quoted(jid->str()));
    return text;
}

/// A row of on().
class Row {
public:
    explicit Row(const Path& path) : match_{path} {}

    void read(const Word& word) {
        if (word.name == "from") return from(Sender::jid, jid_of(word));
        for (const auto& [name, sender] : senders) {
            if (name != word.name) continue;
            takes_no_value(word);
            return from(sender);
        }
        *flag(word.name) = true;
        takes_no_value(word);
    }

    void add_to(ClientApi& client) const {
        if (takes_message_) {
            client.on(match_, [](headstock::Message) {}); // by value: a threaded row wants that
        } else if (match_.threaded) {
            client.on(match_, [](headstock::Element) {});
        } else {
            client.on(match_, [](const headstock::Tag&) {});
        }
    }

private:
    struct SenderName {
        std::string_view name;
        Sender sender;
    };
    static constexpr std::array<SenderName, 4> senders{{{"from_account", Sender::account},
                                                        {"from_others", Sender::others},
                                                        {"from_server", Sender::server},
                                                        {"from_anyone", Sender::anyone}}};

    void from(Sender sender, std::string_view jid = {}) {
        if (match_.sender != Sender::usual) refuse("a row says once whose stanzas it takes");
        match_.sender = sender;
        match_.jid = jid;
    }

    bool* flag(std::string_view name) {
        if (name == "once") return &match_.once;
        if (name == "whole") return &match_.whole;
        if (name == "threaded") return &match_.threaded;
        if (name == "takes_message") return &takes_message_;
        refuse("'." + std::string{name} +
               "' is none of .once, .whole, .threaded, .from_account, .from_others, .from_server, "
               ".from_anyone, .from(JID), .takes_message");
    }

    Match match_;
    bool takes_message_ = false;
};

// How many words there are before the first that begins with a dot, as no name and no path does.
std::size_t words_of_path(Words words) {
    std::size_t count = 0;
    while (count < words.size() && words[count].front() != '.') ++count;
    return count;
}

Path read_path(Words words) {
    switch (words.size()) {
    case 1:
        return Path::at_run_time(words[0]);
    case 2:
        return Path::at_run_time(words[0], words[1]);
    case 3:
        return Path::at_run_time(words[0], words[1], words[2]);
    default:
        refuse("a row begins with a path; with a name and its namespace; or with a stanza, a name "
               "and its namespace");
    }
}

std::vector<Word> read_words(Words texts) {
    std::vector<Word> words;
    for (const auto& text : texts) {
        if (text.front() != '.')
            refuse(quoted(text) + " stands behind a word that begins with a dot, and has none");
        words.push_back(read_word(text));
    }
    return words;
}

void add_on_message(ClientApi& client, const std::vector<Word>& words) {
    if (!words.empty()) refuse("on_message takes no other words");
    client.on_message([](const headstock::Message&) {});
}

headstock::StanzaType type_of(std::string_view word) {
    const auto text = "iq@type=" + std::string{word};
    const auto path = Path::at_run_time(text);
    if (path.steps != 1) refuse(quoted(word) + " is more than a type");
    return path.type;
}

void add_on_iq(ClientApi& client, const std::vector<Word>& words) {
    headstock::IqMatch match;
    for (const auto& word : words) {
        if (word.name == "type") {
            match.type = type_of(value_of(word));
        } else if (word.name == "id") {
            match.id = value_of(word);
        } else if (word.name == "once") {
            takes_no_value(word);
            match.once = true;
        } else {
            refuse("'." + std::string{word.name} + "' is none of .type(T), .id(ID), .once");
        }
    }
    client.register_on_iq([](const headstock::Tag&) {}, match);
}

} // namespace

void add_row(ClientApi& client, const std::vector<std::string_view>& texts) {
    const Words all{texts};
    const auto count = words_of_path(all);
    const auto words = read_words(all.subspan(count));
    if (count == 1 && all[0] == "on_message") return add_on_message(client, words);
    if (count == 1 && all[0] == "on_iq") return add_on_iq(client, words);
    Row row{read_path(all.first(count))};
    for (const auto& word : words) row.read(word);
    row.add_to(client);
}

} // namespace explaining
