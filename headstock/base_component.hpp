// A component without a socket: for a loop or a transport of your own.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/driven.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"

#include <string_view>

namespace headstock {

/// The component for a program that carries the bytes itself, as Driven tells.  What a component is,
/// and what of its options it uses, stands at AsyncComponent; whether the connection may be one in
/// clear is for the program to know.
class HEADSTOCK_API BaseComponent : public ClientOf<BaseComponent>, public Driven {
public:
    /// `domain` and `secret` are copied.  Never throws for what they are: check() tells.
    BaseComponent(std::string_view domain, std::string_view secret, const Options& options = {});
};

} // namespace headstock
