#include "headstock/stream/settings.hpp"

namespace headstock::detail {
namespace {

constexpr std::uint16_t component_port = 5347;

} // namespace

// A component has no STARTTLS: it begins with TLS or goes without.
Settings::Settings(const ComponentOptions& given)
    : Options{.hostname = given.hostname,
              .port = given.port != 0 ? given.port : component_port,
              .tls = given.tls == ComponentTls::direct ? Tls::direct : Tls::disabled,
              .name_servers = given.name_servers,
              .ca_file = given.ca_file,
              .insecure_skip_verification = given.insecure_skip_verification,
              .pins = given.pins,
              .decide_certificate = given.decide_certificate,
              .loop = given.loop,
              .language = given.language,
              .reconnect = given.reconnect,
              .liveness = given.liveness,
              .whitespace_keepalive = given.whitespace_keepalive,
              .offline_queue = given.offline_queue,
              .workers = given.workers,
              .limits = given.limits,
              .timeouts = given.timeouts},
      role(StreamRole::component), loopback_only(given.tls == ComponentTls::loopback_only) {}

} // namespace headstock::detail
