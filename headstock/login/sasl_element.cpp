#include "headstock/login/sasl_element.hpp"

#include "bridge/conversion.hpp"
#include "bridge/writer.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/login/conditions.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/beginning.hpp"
#include "headstock/text/concat.hpp"

#include <utility>

namespace headstock::detail {

namespace {

std::string
element(SaslProfile profile, std::string_view name, std::string_view text, std::string_view how) {
    const auto start = concat({"<", name, " xmlns='", namespace_of(profile), "'", how});
    return text.empty() ? start + "/>" : concat({start, ">", text, "</", name, ">"});
}

std::string auth_element(std::string_view mechanism, std::string_view text) {
    return element(SaslProfile::rfc6120, "auth", text, concat({" mechanism='", mechanism, "'"}));
}

// A text of that length, in the place of what nobody may see.
std::string stand_in(std::string_view secret) { return std::string(secret.size(), '='); }

} // namespace

std::string_view namespace_of(SaslProfile profile) {
    return profile == SaslProfile::sasl2 ? ns::sasl2 : ns::sasl;
}

std::string sasl_response(SaslProfile profile, std::string_view data) {
    return element(profile, "response", base64_encode(data), {});
}

std::string sasl_abort(SaslProfile profile) { return element(profile, "abort", {}, {}); }

SaslAuth sasl_auth(std::string_view mechanism, std::string_view initial) {
    auto text = initial.empty() ? std::string{"="} : base64_encode(initial);
    const WipeAtEnd wiped{text};
    auto shown = auth_element(mechanism, stand_in(text));
    return {auth_element(mechanism, text), std::move(shown)}; // the secret last
}

SaslAuth sasl2_authenticate(std::string_view mechanism,
                            std::string_view initial,
                            std::string_view agent,
                            std::string_view together) {
    auto text = base64_encode(initial);
    const WipeAtEnd wiped{text};
    const auto start = concat(
        {"<authenticate xmlns='", ns::sasl2, "' mechanism='", mechanism, "'><initial-response>"});
    std::string end = "</initial-response>";
    if (!agent.empty()) {
        end += "<user-agent id='";
        bridge::escape_attribute(agent, end);
        end += "'/>";
    }
    end.append(together).append("</authenticate>");
    auto shown = concat({start, stand_in(text), end});
    return {concat({start, text, end}), std::move(shown)}; // the secret last
}

std::optional<std::string> sasl_data(const Element& element) {
    const auto text = bridge::trim(element.text());
    return text.empty() || text == "=" ? std::optional{std::string{}} : base64_decode(text);
}

std::optional<std::string> sasl_success_data(SaslProfile profile, const Element& success) {
    return sasl_data(profile == SaslProfile::sasl2 ? success.child("additional-data") : success);
}

// Prosody's SASL2 has some conditions in the wrong one of its two namespaces.
Error read_sasl_failure(const Element& failure) {
    Error read;
    read.condition = condition_in(failure, ns::sasl);
    if (read.condition == undefined_condition) read.condition = condition_in(failure, ns::sasl2);
    read.application_condition = application_condition_in(failure, ns::sasl);
    read.code = make_error_code(Errc::not_authorized);
    read.text = "login refused: " + read.condition;
    read.peer_text = beginning(failure.child("text").text());
    return read;
}

} // namespace headstock::detail
