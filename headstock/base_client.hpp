// A client without a socket: for a loop or a transport of your own.
#pragma once

#include "headstock/client_of.hpp"
#include "headstock/driven.hpp"
#include "headstock/export.hpp"
#include "headstock/options.hpp"

#include <string_view>

namespace headstock {

/// The client for a program that carries the bytes itself, as Driven tells.
class HEADSTOCK_API BaseClient : public ClientOf<BaseClient>, public Driven {
public:
    using ClientApi::finish;
    using Driven::finish; // of a KeyJob

    /// `jid` and `password` are copied; the password is wiped once it is used.  Never throws for
    /// what they are: check() tells.
    BaseClient(std::string_view jid, std::string_view password, const Options& options = {});
};

} // namespace headstock
