#include "headstock/detail/payload_reading.hpp"

#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {

std::string own_text(const Element& element) {
    const bool alone = !element.first_child();
    std::string text;
    for (const auto piece : element.contents()) {
        if (alone || !bridge::trim(piece.text()).empty()) text += piece.text();
    }
    return text;
}

bool refuse(PayloadError& error, std::string_view field, std::string_view reason) {
    error = {std::string{field}, std::string{reason}};
    return false;
}

bool refuse_inside(PayloadError& error, std::string_view field, PayloadError inner) {
    error.field.assign(field).append("/").append(inner.field);
    error.reason = std::move(inner.reason);
    return false;
}

bool check_element(const Element& element, const bridge::Name& name, PayloadError& error) {
    if (element.name() == name) return true;
    if (!element) return refuse(error, name.local, "is missing");
    const std::string_view ns = element.ns();
    return refuse(error, name.local,
                  concat({name.ns.empty() ? "" : "of ", name.ns, name.ns.empty() ? "" : " ",
                          "was expected, and <", beginning(element.local_name()), "> ",
                          ns.empty() ? "without a namespace" : "of ", beginning(ns), " came"}));
}

} // namespace headstock::detail
