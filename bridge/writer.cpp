#include "bridge/writer.hpp"

#include "bridge/detail/node.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace bridge {

using detail::AttributeNode;
using detail::Item;
using detail::Node;

namespace {

// What stands for a character that cannot stand for itself; null for all others.
using Escapes = std::array<const char*, 256>;

constexpr Escapes text_escapes = [] {
    Escapes escapes{};
    escapes['&'] = "&amp;";
    escapes['<'] = "&lt;";
    escapes['>'] = "&gt;"; // always, so that ]]> needs no look back
    escapes['\r'] = "&#13;";
    return escapes;
}();

constexpr Escapes attribute_escapes = [] {
    Escapes escapes = text_escapes;
    escapes['\''] = "&apos;";
    escapes['\t'] = "&#9;";
    escapes['\n'] = "&#10;";
    return escapes;
}();

using Block = unsigned char __attribute__((vector_size(16))); // as both compilers have it

// False when none of the sixteen bytes needs an escape anywhere: there is no control character, and no
// & ' < >, which are two pairs that differ in one bit.
bool may_need_escape(const char* sixteen) {
    Block bytes;
    std::memcpy(&bytes, sixteen, sizeof bytes);
    const auto found = (bytes < 0x20) | ((bytes | 1) == '\'') | ((bytes | 2) == '>');
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), &found, sizeof found);
    return (halves[0] | halves[1]) != 0;
}

// The first character from `at` on that cannot stand for itself, or the end.  The last step may look
// back, so that no text of a block or more has a rest.
std::size_t find_special(std::string_view text, std::size_t at, const Escapes& escapes) {
    while (at < text.size()) {
        const auto step = std::min(text.size() - at, sizeof(Block));
        if (text.size() >= sizeof(Block) &&
            !may_need_escape(text.data() + at + step - sizeof(Block))) {
            at += step;
            continue;
        }
        for (const auto stop = at + step; at < stop; ++at) {
            if (escapes[static_cast<unsigned char>(text[at])] != nullptr) return at;
        }
    }
    return at;
}

void escape(std::string_view text, const Escapes& escapes, std::string& out) {
    for (std::size_t at = 0;;) {
        const auto special = find_special(text, at, escapes);
        out.append(text, at, special - at);
        if (special == text.size()) return;
        out += escapes[static_cast<unsigned char>(text[special])];
        at = special + 1;
    }
}

class Writer {
public:
    Writer(const Node& top, std::string& out, const WriteOptions& options)
        : top_(top), out_(out), options_(options), default_ns_(options.inherited) {}

    void write_all() {
        detail::walk(
            top_, [this](const Item& item) { enter(item); },
            [this](const Item& item) { leave(item); });
    }

    void start_tag(const Node& node) {
        out_ += '<';
        tag_name(node);
        if (node.name->ns != xml_ns && node.name->ns != default_ns_) {
            attribute("xmlns", node.name->ns);
            default_ns_ = node.name->ns;
        }
        prefixed_.clear();
        for (const auto* at = node.attributes; at != nullptr; at = at->next) {
            if (!left_out(node, *at)) any_attribute(*at);
        }
    }

private:
    void enter(const Item& item) {
        if (item.is_text) {
            escape_text(detail::as_text(&item)->value.view(), out_);
            return;
        }
        const Node& node = *detail::as_node(&item);
        if (&node != &top_) new_line(depth_);
        start_tag(node);
        out_ += node.first == nullptr ? "/>" : ">";
        ++depth_;
        if (options_.indent != 0 && mixed_at_ == nullptr && holds_text(node)) mixed_at_ = &node;
    }

    void leave(const Item& item) {
        if (item.is_text) return;
        const Node& node = *detail::as_node(&item);
        --depth_;
        if (node.first != nullptr) {
            new_line(depth_);
            out_ += "</";
            tag_name(node);
            out_ += '>';
        }
        if (mixed_at_ == &node) mixed_at_ = nullptr;
        default_ns_ = default_outside(node);
    }

    // White space between elements, but never where text stands: there it would mean something.
    void new_line(std::size_t depth) {
        if (options_.indent == 0 || mixed_at_ != nullptr) return;
        out_ += '\n';
        out_.append(depth * options_.indent, ' ');
    }

    static bool holds_text(const Node& node) {
        const Item* item = node.first;
        while (item != nullptr && !item->is_text) item = item->next;
        return item != nullptr;
    }

    // The default namespace in force around `node`; xml: elements leave it as it is.
    std::string_view default_outside(const Node& node) const {
        const Node* around = &node;
        while (around != &top_) {
            around = around->parent;
            if (around->name->ns != xml_ns) return around->name->ns;
        }
        return options_.inherited;
    }

    bool left_out(const Node& node, const AttributeNode& at) const {
        return !options_.without.empty() && &node == &top_ && at.name->ns.empty() &&
               at.name->local == options_.without;
    }

    void tag_name(const Node& node) {
        if (node.name->ns == xml_ns) out_ += "xml:";
        out_ += node.name->local;
    }

    // The prefix for `ns` in the start tag being written, where it is declared when it is first
    // used.
    std::string prefix_for(std::string_view ns) {
        const auto found = std::find(prefixed_.begin(), prefixed_.end(), ns);
        auto prefix = "ns" + std::to_string(found - prefixed_.begin());
        if (found == prefixed_.end()) {
            prefixed_.push_back(ns);
            attribute("xmlns:" + prefix, ns);
        }
        return prefix;
    }

    void any_attribute(const AttributeNode& at) {
        const auto ns = at.name->ns;
        if (ns.empty()) return attribute(at.name->local, at.value.view());
        std::string prefix;
        if (ns == xml_ns) {
            prefix = "xml:";
        } else {
            prefix = prefix_for(ns) + ':';
        }
        out_ += ' ';
        out_ += prefix;
        value(at.name->local, at.value.view());
    }

    void attribute(std::string_view name, std::string_view text) {
        out_ += ' ';
        value(name, text);
    }

    void value(std::string_view name, std::string_view text) {
        out_ += name;
        out_ += "='";
        escape_attribute(text, out_);
        out_ += '\'';
    }

    const Node& top_;
    std::string& out_;
    const WriteOptions& options_;
    std::string_view default_ns_;
    std::vector<std::string_view> prefixed_{}; // namespaces with a prefix in this start tag
    const Node* mixed_at_ = nullptr; // the outermost open element with text directly inside
    std::size_t depth_ = 0;
};

} // namespace

void write(const Element& element, std::string& out, const WriteOptions& options) {
    if (element) Writer{*Node::of(element), out, options}.write_all();
}

void write_open(const Tag& tag, std::string& out, const WriteOptions& options) {
    if (!tag) return;
    Writer{*Node::of(tag), out, options}.start_tag(*Node::of(tag));
    out += '>';
}

void escape_text(std::string_view text, std::string& out) { escape(text, text_escapes, out); }

void escape_attribute(std::string_view value, std::string& out) {
    escape(value, attribute_escapes, out);
}

std::string Element::xml() const {
    std::string out;
    write(*this, out);
    return out;
}

} // namespace bridge
