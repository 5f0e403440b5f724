// A component without a socket: for a loop or a transport of your own.
#pragma once

#include "headstock/client_of.hpp"
#include "headstock/driven.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"

#include <string_view>

namespace headstock {

/// The component for a program that carries the bytes itself, as Driven tells.  What a component is
/// stands at AsyncComponent.  Where the connection leads is not seen here, so
/// ComponentTls::loopback_only, the default, takes none: whoever knows that this one may be in
/// clear says ComponentTls::unencrypted.
class HEADSTOCK_API BaseComponent : public ClientOf<BaseComponent>, public Driven {
public:
    using ClientApi::finish;
    using Driven::finish; // of a KeyJob

    /// What needs an account cannot be registered here either: see AsyncComponent.
    static constexpr bool has_account = false;

    /// `domain` and `secret` are copied.  Never throws for what they are: check() tells.
    BaseComponent(std::string_view domain,
                  std::string_view secret,
                  const ComponentOptions& options = {});
};

} // namespace headstock
