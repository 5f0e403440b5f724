#include "headstock/login/conditions.hpp"

#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

namespace headstock::detail {

std::string condition_in(const Element& error, std::string_view ns) {
    for (const auto& child : error.children()) {
        if (child.ns() == ns && child.local_name() != "text")
            return std::string{beginning(child.local_name())};
    }
    return std::string{undefined_condition};
}

std::string qualified_name(const Element& condition) {
    return condition
               ? concat({"{", beginning(condition.ns()), "}", beginning(condition.local_name())})
               : "";
}

std::string application_condition_in(const Element& error, std::string_view ns) {
    for (const auto& child : error.children()) {
        if (child.ns() != ns && child.ns() != error.ns()) return qualified_name(child);
    }
    return {};
}

} // namespace headstock::detail
