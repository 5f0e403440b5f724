#include "headstock/login/sasl_element.hpp"

#include "bridge/conversion.hpp"
#include "headstock/crypto/crypto.hpp"
#include "headstock/crypto/secret.hpp"
#include "headstock/login/conditions.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/concat.hpp"

#include <utility>

namespace headstock::detail {

std::string sasl_element(std::string_view name, std::string_view text, std::string_view mechanism) {
    const auto how = mechanism.empty() ? "" : concat({" mechanism='", mechanism, "'"});
    const auto start = concat({"<", name, " xmlns='", ns::sasl, "'", how});
    return text.empty() ? start + "/>" : concat({start, ">", text, "</", name, ">"});
}

SaslAuth sasl_auth(std::string_view mechanism, std::string_view initial) {
    auto text = initial.empty() ? std::string{"="} : base64_encode(initial);
    const WipeAtEnd wiped{text};
    auto shown = sasl_element("auth", std::string(text.size(), '='), mechanism);
    return {sasl_element("auth", text, mechanism), std::move(shown)}; // the secret last
}

std::optional<std::string> sasl_data(const Element& element) {
    const auto text = bridge::trim(element.text());
    return text.empty() || text == "=" ? std::optional{std::string{}} : base64_decode(text);
}

Error read_sasl_failure(const Element& failure) {
    Error read;
    read.condition = condition_in(failure, ns::sasl);
    read.application_condition = application_condition_in(failure, ns::sasl);
    read.code = make_error_code(Errc::not_authorized);
    read.text = "login refused: " + read.condition;
    read.peer_text = failure.child("text").text();
    return read;
}

} // namespace headstock::detail
