// The order in which the servers of a domain are tried (RFC 2782).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace headstock::detail {

/// A server of a service: one SRV record, with what kind of service named it.
struct Service {
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    std::string host{};
    bool direct_tls = false;
};

/// Gives any number, all of them as likely.
using RandomNumber = std::function<std::uint64_t()>;

/// One list for each priority, lowest first; in each the services in the order in which a choice by
/// weight has drawn them.
std::vector<std::vector<Service>> order_services(std::vector<Service> services,
                                                 const RandomNumber& random);

} // namespace headstock::detail
