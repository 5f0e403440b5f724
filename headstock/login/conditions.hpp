// The conditions in an error of a stream or of SASL: the defined one, and the application's beside
// it.
#pragma once

#include "headstock/stanza.hpp"

#include <string>
#include <string_view>

namespace headstock::detail {

inline constexpr std::string_view undefined_condition = "undefined-condition";

/// The local name of the first child in the namespace of conditions that is not <text/>;
/// undefined_condition when there is none.
std::string condition_in(const Element& error, std::string_view ns);
/// The condition beside it, in a namespace of its own, as "{ns}name"; or empty.
std::string application_condition_in(const Element& error, std::string_view ns);
/// "{ns}name"; empty for no element.
std::string qualified_name(const Element& condition);

} // namespace headstock::detail
