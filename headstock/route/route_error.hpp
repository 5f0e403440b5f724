// Why a search for a server has failed, in one sentence.
#pragma once

#include "headstock/connect_report.hpp"
#include "headstock/connect_step.hpp"
#include "headstock/error.hpp"
#include "headstock/route/plan.hpp"
#include "headstock/route/target.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace headstock::detail {

/// "example.com (192.0.2.1:5222)", or "192.0.2.1:5222" for an address that was given.
std::string peer_of(const ConnectAttempt& attempt);

/// What comes of a look-up to which nobody answers.
LookUpAnswer no_answer(const std::string& question, std::chrono::milliseconds waited);
/// Why an attempt ends to which nobody answers.
Error silent(std::chrono::milliseconds waited);
/// The domain says that it has no such service.
Error not_offered(const std::string& domain);
Error no_connection_in_time(const ConnectReport& report, const RoutePlan& plan);
/// Connections stood, and none of them led to a login.
Error no_login_in_time(const ConnectReport& report, const RoutePlan& plan);
/// Everything was tried: what the attempt says that came furthest, and with what is known of the
/// others.
Error route_error(const ConnectReport& report,
                  const RoutePlan& plan,
                  const std::vector<std::vector<Target>>& groups);

} // namespace headstock::detail
