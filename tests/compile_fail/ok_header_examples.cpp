// expect: ok
// The examples in the comments of public headers, as they stand there.
#include "headstock/extensions/version.hpp"
#include "headstock/headstock.hpp"
#include "headstock/payload.hpp"

#include <iostream>
#include <set>

using headstock::Element, headstock::Tag;
namespace ns = headstock::ns;

// one_off.hpp
int ask_and_say() {
    auto version = headstock::one_off<headstock::SoftwareVersion>(
        "user@example.org", "secret", {},
        [](headstock::AsyncClient& client, headstock::Finish<headstock::SoftwareVersion> finish) {
            client.request("example.org", headstock::VersionQuery{}, finish);
        });
    if (!version) {
        std::cerr << version.message() << '\n';
        return 1;
    }
    std::cout << headstock::printable(version->name) << '\n';

    auto sent =
        headstock::one_off("user@example.org", "secret", {}, [](headstock::AsyncClient& client) {
            return client.send_stanza(headstock::message("juliet@example.org", "hello"));
        });
    if (!sent) {
        std::cerr << sent.message() << '\n';
        return 1;
    }
    return 0;
}

// saved_state.hpp
void keep_state(std::string_view jid,
                std::string_view password,
                std::string_view text_of_the_file,
                void (*keep)(const std::string& text)) {
    headstock::Error error;
    auto state = headstock::SavedState::parse(text_of_the_file, &error);
    if (!state) return;
    headstock::AsyncClient bot{jid, password, {.saved_state = state, .save_keys = true}};
    bot.on_event([&](const headstock::SavedStateChanged&) { keep(bot.saved_state().text()); });
}

// server_certificate.hpp
void decide(headstock::Options& options, const std::set<std::string>& known_pins) {
    options.decide_certificate = [&](const headstock::ServerCertificate& shown) {
        const auto pin = shown.key_pin();
        if (known_pins.count(pin) != 0) return headstock::TrustDecision::accept;
        std::cerr << shown.domain << " shows a key that nobody vouches for: " << pin << '\n';
        for (const auto& reason : shown.reasons) std::cerr << "  " << reason << '\n';
        return headstock::TrustDecision::refuse;
    };
}

// payload.hpp
constexpr std::string_view ours = "urn:example:ours";
struct Inside {
    int first = 0;
};
HEADSTOCK_PAYLOAD(Inside, "inside_tag", ours, attribute<&self::first>("first"))
struct Example {
    std::optional<std::string> note{};
    std::string text{};
    std::vector<Inside> inside{};
};
HEADSTOCK_PAYLOAD(Example,
                  "example_tag",
                  ours,
                  attribute<&self::note>("note"),
                  content<&self::text>(),
                  child<&self::inside>())

void use(const Example& example);
void complain(const std::string& why);
void write_and_read(std::string_view to) {
    auto element = headstock::to_element(Example{"hi", "all of it", {{1}, {2}}});
    if (auto example = headstock::from_element<Example>(element))
        use(*example);
    else
        complain(example.error().message());
    if (auto example = element.as<Example>()) use(*example);
    auto iq = headstock::iq_set(to).add(Example{});
}

struct InClass {
    std::string text{};
    static constexpr auto payload() {
        return headstock::payload<InClass>("name", ours, headstock::content<&InClass::text>());
    }
};
struct Theirs {
    int x = 0;
};
template <>
inline constexpr auto headstock::payload_of<Theirs> =
    headstock::payload<Theirs>("name", ours, headstock::attribute<&Theirs::x>("x"));

// handlers.hpp
struct Basic {
    void f(const Element&) {}
    static constexpr auto handlers() {
        return headstock::handlers(headstock::on<&Basic::f>("item", ns::roster));
    }
};
void log_contact(Theirs& theirs, const Element& item);
template <>
inline constexpr auto headstock::handlers_of<Theirs> =
    headstock::handlers(headstock::on<&log_contact>("item", ns::roster));

// registration.hpp
struct Registrant {
    void handle_register_form(headstock::RegistrationForm& form);
    void handle_register_success();
    void handle_register_conflict();
    void handle_resource_constraint();
    void handle_register_error();
};

// async_client.hpp, async_component.hpp
void run(Basic& my_object, Theirs& theirs, Registrant& registrant) {
    headstock::AsyncClient client{"user@example.org", "secret", {.registration = &registrant}};
    client.register_handler(my_object);
    client.register_handler(theirs);
    if (auto error = client.run()) std::cerr << error.message() << '\n';

    headstock::AsyncComponent component{"bot.example.org", "secret", {.hostname = "127.0.0.1"}};
    component.register_handler(my_object);
    if (auto error = component.run()) std::cerr << error.message() << '\n';
    complain(headstock::to_element(InClass{}).xml() + headstock::to_element(Theirs{}).xml());
}
