#include "bridge/writer.hpp"

#include "bridge/detail/node.hpp"
#include "bridge/detail/text_buffer.hpp"
#include "bridge/detail/tree.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace bridge {

using detail::AttributeNode;
using detail::Item;
using detail::Node;
using detail::TextBuffer;

namespace {

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
        prefixed_.clear();
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
        default_ns_ = default_outside(node);
    }

    // White space between elements, but never where text stands: there it would mean something.
    void new_line(std::size_t depth) {
        if (options_.indent == 0 || mixed_at_ != nullptr) return;
        out_.put('\n');
        for (auto spaces = depth * options_.indent; spaces > 0; --spaces) out_.put(' ');
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

    static bool is_xml(const Node& node) { return node.name->ns == xml_ns; }

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
    std::vector<std::string_view> prefixed_{}; // namespaces with a prefix in this start tag
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
