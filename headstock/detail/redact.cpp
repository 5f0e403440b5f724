#include "headstock/detail/redact.hpp"

#include "bridge/element.hpp"
#include "bridge/writer.hpp"
#include "headstock/detail/concat.hpp"
#include "headstock/ns.hpp"

#include <vector>

namespace headstock::detail {
namespace {

using bridge::Element;

// Everything that names a secret, or a character reference that could spell such a name.
bool may_hold_secret(std::string_view xml) {
    for (const auto word :
         {std::string_view{"password"}, std::string_view{"text-private"}, std::string_view{"&#"},
          std::string_view{"handshake"}, ns::registration, ns::sasl}) {
        if (xml.find(word) != xml.npos) return true;
    }
    return false;
}

bool hide(Element& element) {
    const auto secret = element.all_text();
    if (secret.empty()) return false;
    element.clear();
    element.text(concat({"[", std::to_string(secret.size()), " bytes]"}));
    return true;
}

// Children can be reached for change only by their names; these are of a copy made here.
Element& mutable_child(const Element& child) { return const_cast<Element&>(child); }

bool hide_values(Element& field) {
    bool hidden = false;
    for (const auto& value : field.children("value")) hidden |= hide(mutable_child(value));
    return hidden;
}

bool is_secret_field(const Element& element) {
    return element.is("field", ns::data_forms) &&
           (element.attribute("var") == "password" || element.attribute("type") == "text-private");
}

// <auth/>, <challenge/>, <response/>, <success/> hold payloads, the other SASL elements words.
bool is_sasl_payload(const Element& root) { return root.ns() == ns::sasl && !root.first_child(); }

// A component's: from it and the stream's id a weak secret can be guessed.
bool is_handshake(const Element& root) {
    return root.local_name() == "handshake" &&
           (root.ns() == ns::client || root.ns() == ns::component);
}

// True when there was something to hide.
bool hide_secrets(Element& root) {
    if (is_sasl_payload(root) || is_handshake(root)) return hide(root);
    bool hidden = false;
    std::vector<Element*> open{&root};
    while (!open.empty()) {
        auto& element = *open.back();
        open.pop_back();
        if (element.is("password", ns::registration)) {
            hidden |= hide(element);
        } else if (is_secret_field(element)) {
            hidden |= hide_values(element);
        } else {
            for (const auto& child : element.children()) open.push_back(&mutable_child(child));
        }
    }
    return hidden;
}

} // namespace

std::string redact(std::string_view xml, std::string_view content_ns) {
    if (!may_hold_secret(xml)) return std::string{xml};
    // The stream's declarations are in force around it.
    std::string document =
        concat({"<stream:stream xmlns='", content_ns, "' xmlns:stream='", ns::stream, "'>"});
    document.append(xml).append("</stream:stream>");
    const auto parsed = Element::parse(document);
    if (!parsed)
        return concat({"[", std::to_string(xml.size()), " bytes that may hold a password]"});
    auto element = parsed->first_child();
    if (!hide_secrets(element)) return std::string{xml};
    std::string safe;
    bridge::write(element, safe, {.inherited = content_ns});
    return safe;
}

} // namespace headstock::detail
