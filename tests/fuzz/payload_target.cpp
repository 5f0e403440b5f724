// Payloads: what is read of an element is written as one that is read the same, and written the
// same again.
#include "headstock/extensions/data_form.hpp"
#include "headstock/extensions/delay.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/version.hpp"
#include "headstock/message.hpp"
#include "headstock/registration.hpp"
#include "headstock/saved_state.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

#include <string>

namespace fuzz {
namespace {

using namespace headstock;

template <Payload T>
void read_and_write(const Element& element) {
    const auto read = from_element<T>(element);
    check(read || !read.error().message().empty(), "a payload is refused without a reason");
    if (!read) return;
    const auto written = to_element(*read);
    const auto xml = written.xml();
    const auto again = from_element<T>(written);
    check(static_cast<bool>(again), "a payload that was written does not read", xml);
    check_same(to_element(*again).xml(), xml, "a payload is written in two ways");
    const auto parsed = payload_from_xml<T>(xml);
    check(static_cast<bool>(parsed), "a payload does not read from its XML", xml);
    check_same(to_element(*parsed).xml(), xml, "a payload is another from its XML");
}

template <Payload... T>
void read_and_write_each(const Element& element) {
    (read_and_write<T>(element), ...);
}

void errors(const Element& stanza) {
    const auto error = StanzaError::of(stanza);
    const auto written = Element{"iq", ns::client}.set("type", "error").add(error.element());
    const auto again = StanzaError::of(written);
    check(again.condition == error.condition && again.type == error.type &&
              again.text == error.text && again.address == error.address,
          "a stanza error is another when it was written", written.xml());
    check_same(again.element().xml(), error.element().xml(), "a stanza error is written twice");
    error.message();
}

void forms(const Element& query) {
    RegistrationForm form{query};
    for (const auto& field : form.fields()) form.set(field.name, "x");
    if (form.missing().empty()) check(!form.answer().xml().empty(), "a form has no answer");
}

void saved_state(std::string_view text) {
    const auto state = SavedState::parse(text);
    if (!state) return;
    const auto written = state->text();
    const auto again = SavedState::parse(written);
    check(again.has_value(), "a saved state that was written does not read", written);
    check_same(again->text(), written, "a saved state is written in two ways");
}

} // namespace

void payload(std::string_view input) {
    saved_state(input);
    const auto element = Element::parse(input);
    if (!element) return;
    read_and_write_each<DataForm, FormField, FormOption, FormItem, FormReported, Delay,
                        DiscoInfoQuery, DiscoInfo, DiscoItemsQuery, DiscoItems, PingQuery,
                        PubSubItems<SoftwareVersion>, PubSubSubscription, PublishedItem,
                        SoftwareVersion, VersionQuery>(*element);
    if (const auto form = element->as<DataForm>()) {
        if (const auto config = from_form<NodeConfig>(*form)) {
            const auto written = to_form(*config);
            const auto again = from_form<NodeConfig>(written);
            check(static_cast<bool>(again), "a typed form does not read what it wrote", input);
            check_same(to_element(to_form(*again)).xml(), to_element(written).xml(),
                       "a typed form is written in two ways");
        }
    }
    Delay::of(*element);
    errors(*element);
    forms(*element);
}

} // namespace fuzz
