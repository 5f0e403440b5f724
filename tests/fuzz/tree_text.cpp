#include "tests/fuzz/tree_text.hpp"

#include <expat.h>

#include <algorithm>
#include <map>
#include <memory>
#include <type_traits>

namespace fuzz {
namespace {

constexpr char separator = '\n'; // which no name of a namespace can hold

void put(std::string& to, char what, std::string_view text) {
    to += what;
    to += std::to_string(text.size());
    to += ':';
    to += text;
}

// As Expat gives names.
std::string joined(const bridge::Name& name) {
    std::string text{name.ns};
    if (!text.empty()) text += separator;
    return text += name.local;
}

using Attributes = std::map<std::string, std::string>;

void put_start(std::string& to, std::string_view name, const Attributes& attributes) {
    put(to, '<', name);
    for (const auto& [key, value] : attributes) {
        put(to, '@', key);
        put(to, '=', value);
    }
}

void put_text(std::string& to, std::string& run) {
    if (!run.empty()) put(to, '"', run);
    run.clear();
}

struct Reading {
    PlainTree tree{};
    std::string run{};
};

Reading& reading(void* user) { return *static_cast<Reading*>(user); }

void begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    put_text(reading(user).tree.text, reading(user).run);
    Attributes all;
    for (; *attributes != nullptr; attributes += 2) all[attributes[0]] = attributes[1];
    put_start(reading(user).tree.text, name, all);
}
void end(void* user, const XML_Char*) {
    put_text(reading(user).tree.text, reading(user).run);
    reading(user).tree.text += '>';
}
void characters(void* user, const XML_Char* text, int size) {
    reading(user).run.append(text, static_cast<std::size_t>(size));
}
void doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    reading(user).tree.has_doctype = true;
}
void namespace_begins(void* user, const XML_Char*, const XML_Char* uri) {
    auto& longest = reading(user).tree.longest_namespace;
    longest = std::max(longest, std::string_view{uri == nullptr ? "" : uri}.size());
}
void declaration(void* user, const XML_Char* version, const XML_Char* encoding, int) {
    auto& tree = reading(user).tree;
    tree.has_other_version = version != nullptr && std::string_view{version} != "1.0";
    std::string name{encoding == nullptr ? "UTF-8" : encoding};
    for (auto& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    tree.has_other_encoding = name != "UTF-8";
}

} // namespace

// NOLINTNEXTLINE(misc-no-recursion): as deep as an input of some KiB can be
std::string tree_text(const bridge::Element& element) {
    Attributes attributes;
    for (const auto& each : element.attributes()) attributes[joined(each.name)] = each.value;
    std::string text;
    put_start(text, joined(element.name()), attributes);
    std::string run;
    for (const auto& each : element.contents()) {
        if (each.is_text()) {
            run += each.text();
            continue;
        }
        put_text(text, run);
        text += tree_text(each.element());
    }
    put_text(text, run);
    return text += '>';
}

PlainTree plain_tree(std::string_view xml) {
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser{
        XML_ParserCreateNS("UTF-8", separator), XML_ParserFree};
    Reading all;
    XML_SetUserData(parser.get(), &all);
    XML_SetElementHandler(parser.get(), begin, end);
    XML_SetCharacterDataHandler(parser.get(), characters);
    XML_SetStartDoctypeDeclHandler(parser.get(), doctype);
    XML_SetStartNamespaceDeclHandler(parser.get(), namespace_begins);
    XML_SetXmlDeclHandler(parser.get(), declaration);
    all.tree.well_formed = XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()),
                                     XML_TRUE) == XML_STATUS_OK;
    return all.tree;
}

} // namespace fuzz
