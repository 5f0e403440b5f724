#include "bridge/writer.hpp"

#include "bridge/detail/node.hpp"
#include "bridge/detail/text_buffer.hpp"
#include "bridge/detail/tree.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bridge {

using detail::AttributeNode;
using detail::Item;
using detail::Node;
using detail::TextBuffer;

namespace {

// Spaces deeper than that would be most of the text: the square of the depth.
constexpr std::size_t deepest_indented = 64;

// The namespaces that have a prefix in one start tag, by number: a few are looked through, many are
// not.
class Prefixes {
public:
    void clear() {
        few_.clear();
        if (!many_.empty()) many_.clear();
    }

    // And whether it is new.
    std::pair<std::size_t, bool> number_of(std::string_view ns) {
        const auto found = std::find(few_.begin(), few_.end(), ns);
        const auto place = static_cast<std::size_t>(found - few_.begin());
        if (found != few_.end()) return {place, false};
        if (place == most_few) {
            const auto [at, is_new] = many_.try_emplace(ns, place + many_.size());
            return {at->second, is_new};
        }
        few_.push_back(ns);
        return {place, true};
    }

private:
    static constexpr std::size_t most_few = 16;

    std::vector<std::string_view> few_{};
    std::map<std::string_view, std::size_t> many_{};
};

class Writer {
public:
    Writer(const Node& top, std::string& out, const WriteOptions& options)
        : top_(top), out_(out), options_(options), default_ns_(options.inherited),
          left_out_(options.without.empty() ? nullptr
                                            : detail::find_attribute(top, options.without)) {}

    void write_all() {
        detail::walk(
            top_, [this](const Item& item) { enter(item); },
            [this](const Item& item) {
                if (!item.is_text) leave(*detail::as_node(&item));
            });
        out_.flush();
    }

    void write_open() {
        start_tag(top_);
        out_.put('>');
        out_.flush();
    }

private:
    void start_tag(const Node& node) {
        if (is_xml(node)) {
            out_.put("<xml:", node.name->local);
        } else {
            out_.put('<', node.name->local);
        }
        if (&node == &top_) {
            for (const auto& [name, text] : options_.with) attribute(name.local, text);
        }
        if (!is_xml(node) && node.name->ns != default_ns_) {
            attribute("xmlns", node.name->ns);
            default_ns_ = node.name->ns;
        }
        prefixes_.clear();
        for (const auto* at = node.attributes; at != nullptr; at = at->next) {
            if (at != left_out_) any_attribute(*at);
        }
    }

    void enter(const Item& item) {
        if (item.is_text) {
            out_.put_escaped(detail::as_text(&item)->value.view(), detail::text_escapes);
            return;
        }
        const Node& node = *detail::as_node(&item);
        if (&node != &top_) new_line(depth_);
        start_tag(node);
        if (is_xml(node)) around_xml_.push_back(default_ns_);
        if (node.first == nullptr) out_.put('/');
        out_.put('>');
        ++depth_;
        if (options_.indent != 0 && mixed_at_ == nullptr && holds_text(node)) mixed_at_ = &node;
    }

    void leave(const Node& node) {
        --depth_;
        if (node.first != nullptr) {
            new_line(depth_);
            out_.put("</", is_xml(node) ? "xml:" : "", node.name->local, '>');
        }
        if (mixed_at_ == &node) mixed_at_ = nullptr;
        if (is_xml(node)) around_xml_.pop_back(); // which has changed no default
        default_ns_ = default_outside(node);
    }

    // White space between elements, but never where text stands: there it would mean something.
    void new_line(std::size_t depth) {
        if (options_.indent == 0 || mixed_at_ != nullptr) return;
        out_.put('\n');
        for (auto spaces = std::min(depth, deepest_indented) * options_.indent; spaces > 0;
             --spaces)
            out_.put(' ');
    }

    static bool holds_text(const Node& node) {
        const Item* item = node.first;
        while (item != nullptr && !item->is_text) item = item->next;
        return item != nullptr;
    }

    // The default namespace in force around `node`.  Of xml: elements, which leave it as it is, any
    // number may stand one in the other: it is not looked for above them.
    std::string_view default_outside(const Node& node) const {
        if (&node == &top_) return options_.inherited;
        const Node& around = *node.parent;
        return is_xml(around) ? around_xml_.back() : around.name->ns;
    }

    static bool is_xml(const Node& node) { return node.name->ns == xml_ns; }

    // The prefix for `ns` in the start tag being written, where it is declared when it is first
    // used.
    std::string prefix_for(std::string_view ns) {
        const auto [number, is_new] = prefixes_.number_of(ns);
        auto prefix = "ns" + std::to_string(number);
        if (is_new) attribute("xmlns:" + prefix, ns);
        return prefix;
    }

    void any_attribute(const AttributeNode& at) {
        const auto ns = at.name->ns;
        if (ns.empty()) return attribute(at.name->local, at.value.view());
        const auto prefix = ns == xml_ns ? "xml" : prefix_for(ns); // first: it may declare it
        out_.put(' ', prefix, ':', at.name->local, "='");
        end_attribute(at.value.view());
    }

    void attribute(std::string_view name, std::string_view text) {
        out_.put(' ', name, "='");
        end_attribute(text);
    }

    void end_attribute(std::string_view text) {
        out_.put_escaped(text, detail::attribute_escapes);
        out_.put('\'');
    }

    const Node& top_;
    TextBuffer out_;
    const WriteOptions& options_;
    std::string_view default_ns_;
    const AttributeNode* left_out_;
    Prefixes prefixes_{}; // of this start tag
    std::vector<std::string_view>
        around_xml_{};               // the default in force around each open xml: element
    const Node* mixed_at_ = nullptr; // the outermost open element with text directly inside
    std::size_t depth_ = 0;
};

} // namespace

void write(const Element& element, std::string& out, const WriteOptions& options) {
    if (element) Writer{*Node::of(element), out, options}.write_all();
}

void write_open(const Tag& tag, std::string& out, const WriteOptions& options) {
    if (tag) Writer{*Node::of(tag), out, options}.write_open();
}

void escape_text(std::string_view text, std::string& out) {
    TextBuffer buffer{out};
    buffer.put_escaped(text, detail::text_escapes);
    buffer.flush();
}

void escape_attribute(std::string_view value, std::string& out) {
    TextBuffer buffer{out};
    buffer.put_escaped(value, detail::attribute_escapes);
    buffer.flush();
}

std::string Element::xml() const {
    std::string out;
    write(*this, out);
    return out;
}

} // namespace bridge
