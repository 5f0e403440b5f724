// Which names may stand for a secret: by rule, so that a specification that nobody here has read is
// covered too.
#pragma once

#include <string_view>

namespace headstock::detail {

/// Whether what has this name (an element, an attribute, a field of a form) may be a secret: the
/// name holds password, secret, token and the like in any case, or key, pin, pass or pwd as a word
/// of its own ("api-key", "apiKey", "PIN2", not "monkey").
bool is_secret_name(std::string_view name);

/// Whether all that is inside an element in this namespace is secret until known otherwise: SASL in
/// all its versions, and what has been used in its place.
bool is_secret_namespace(std::string_view ns);

} // namespace headstock::detail
