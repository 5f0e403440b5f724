// expect: ok
// The examples in the headers of the extensions.
#include "headstock/async_component.hpp"
#include "headstock/base_client.hpp"
#include "headstock/extensions/account.hpp"
#include "headstock/extensions/data_form.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/form_table.hpp"
#include "headstock/extensions/ping.hpp"
#include "headstock/extensions/pubsub.hpp"
#include "headstock/extensions/version.hpp"
#include "headstock/printable.hpp"

#include <iostream>

using headstock::printable;

void account_example(headstock::BaseClient& client) {
    headstock::Account account;
    client.register_handler(account);
    const auto changed = [](const headstock::Answer<headstock::Ok>& answer) {
        std::cout << (answer ? "changed" : answer.message()) << '\n';
    };
    const auto sent = account.change_password("new secret", changed);
    if (!sent) std::cout << sent.error.message() << '\n';
    account.cancel(changed);
}

void disco_example(headstock::BaseClient& client) {
    headstock::Disco disco{{{"client", "bot", "echo bot"}}};
    client.register_handler(disco);
    disco.add_feature("urn:xmpp:receipts");
    client.request("example.org", headstock::DiscoInfoQuery{},
                   [](const headstock::Answer<headstock::DiscoInfo>& info) {
                       if (info && info->has_feature(headstock::ns::archive))
                           std::cout << "it has\n";
                   });
    client.request("example.org", headstock::DiscoItemsQuery{},
                   [](const headstock::Answer<headstock::DiscoItems>& answer) {
                       if (answer) std::cout << answer->items.size() << '\n';
                   });
}

void ping_example(headstock::BaseClient& client) {
    headstock::Ping pong;
    client.register_handler(pong);
    headstock::ping(
        client, "",
        [](const headstock::Answer<headstock::Ok>& answer, std::chrono::microseconds round_trip) {
            if (answer) std::cout << round_trip.count() << " us\n";
        });
}

void version_example(headstock::BaseClient& client) {
    headstock::Version version{{"echo bot", "1.0", "Linux"}};
    client.register_handler(version);
    client.request("juliet@example.org/balcony", headstock::VersionQuery{},
                   [](const headstock::Answer<headstock::SoftwareVersion>& answer) {
                       if (answer)
                           std::cout << printable(answer->name + ' ' + answer->version) << '\n';
                   });
}

struct Tune {
    std::string artist{};
    int length = 0;
};
HEADSTOCK_PAYLOAD(Tune,
                  "tune",
                  "http://jabber.org/protocol/tune",
                  child_text<&self::artist>("artist"),
                  child_text<&self::length>("length"))
constexpr auto tune_node = headstock::payload_name<Tune>.ns;

struct Listener {
    void tune(const Tune&, const headstock::Tag&) {}
    void gone(const headstock::ItemRetracted&) {}
};
HEADSTOCK_HANDLERS(Listener,
                   on_event<&self::gone>(),
                   on<&self::tune>(headstock::item_event<Tune>()))

void pubsub_example(headstock::BaseClient& client) {
    headstock::PubSub mine;
    headstock::PubSub hers{"juliet@example.org"};
    client.register_handler(mine);
    client.register_handler(hers);
    mine.publish(tune_node, Tune{"Finzi", 255}, [](const auto& answer) {
        if (!answer) std::cout << answer.message() << '\n';
    });
    hers.items<Tune>(tune_node, [](const auto& answer) {
        if (!answer) return;
        for (const auto& item : answer->items)
            if (auto tune = item.value()) std::cout << printable(tune->artist) << '\n';
    });
}

void form_example(headstock::BaseClient& client, const headstock::DataForm& form) {
    for (const auto& field : form.fields)
        std::cout << printable(field.label.value_or(field.var.value_or(""))) << '\n';
    headstock::DataForm answer{headstock::FormType::submit};
    answer.set("FORM_TYPE", {std::string{form.form_type()}}).set("nick", {"romeo"});
    client.send_stanza(headstock::iq_set("example.org").add(answer));
}

enum class Access { open, whitelist };
struct Config {
    std::string title{};
    std::optional<bool> persist{};
    Access access = Access::open;
};
HEADSTOCK_FORM(Config,
               "http://jabber.org/protocol/pubsub#node_config",
               form_field<&self::title>("pubsub#title"),
               form_field<&self::persist>("pubsub#persist_items"),
               form_field<&self::access>("pubsub#access_model")
                   .values({{"open", Access::open}, {"whitelist", Access::whitelist}}))

bool form_table_example() {
    auto form = headstock::to_form(Config{"news"});
    return static_cast<bool>(headstock::from_form<Config>(form));
}

// What needs no account is for components too.
void component_example(headstock::AsyncComponent& component) {
    headstock::Ping pong;
    headstock::Version version{{"echo bot", "1.0"}};
    headstock::Disco disco{{{"component", "generic"}, {"gateway", "irc"}}};
    headstock::PubSub pubsub{"pubsub.example.org"};
    component.register_handler(pong);
    component.register_handler(version);
    component.register_handler(disco);
    component.register_handler(pubsub);
}
