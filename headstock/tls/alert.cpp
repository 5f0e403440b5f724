#include "headstock/tls/alert.hpp"
#include "headstock/text/concat.hpp"

#include <algorithm>
#include <iterator>

namespace headstock::detail {
namespace {

struct Alert {
    int number;
    const char* name;
};
constexpr Alert alerts[] = {
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {30, "decompression_failure"},
    {40, "handshake_failure"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {112, "unrecognized_name"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
};

} // namespace

std::string alert_name(int number) {
    const auto known = std::find_if(std::begin(alerts), std::end(alerts),
                                    [&](const Alert& alert) { return alert.number == number; });
    return known != std::end(alerts) ? known->name
                                     : "alert " + decimal(static_cast<unsigned>(number));
}

} // namespace headstock::detail
