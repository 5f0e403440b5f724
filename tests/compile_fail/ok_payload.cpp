// expect: ok
#include "headstock/base_client.hpp"
#include "headstock/payload.hpp"

enum class Mode { chat, away };
struct Inner {
    int n = 0;
};
HEADSTOCK_PAYLOAD(Inner, "inner", "urn:x", attribute<&self::n>("n"))
class Mine {
    friend HEADSTOCK_PAYLOAD(
        Mine,
        "mine",
        "urn:x",
        attribute<&self::mode_>("mode").values({{"chat", Mode::chat}, {"away", Mode::away}}),
        attribute<&self::port_>("port").check([](int port) { return port > 0; }, "is not a port"),
        child_text<&self::color_>("color").as(
            [](std::string_view text) { return std::optional{text.size()}; },
            [](const std::size_t& size) { return std::string(size, 'r'); }),
        child<&self::inner_>(),
        content<&self::text_>()) Mode mode_{};
    int port_ = 1;
    std::size_t color_ = 0;
    std::vector<Inner> inner_{};
    std::optional<std::string> text_{};
};
struct Lenient {
    int port = 80;
    std::vector<Inner> inner{};
    std::vector<bridge::Element> others{};
};
HEADSTOCK_PAYLOAD(Lenient,
                  "lenient-1.0",
                  "urn:x",
                  attribute<&self::port>("port").or_default().check(
                      [](int port) { return port > 0; }, "is not a port"),
                  child<&self::inner>().or_rest(),
                  rest<&self::others>())

struct Handler {
    headstock::Answer<Inner> get(const Mine&) { return Inner{1}; }
    void error(const headstock::StanzaError&, const headstock::Tag&) {}
};
HEADSTOCK_HANDLERS(Handler, on<&self::get>("iq@type=get"), on<&self::error>("message@type=error"))

void use(headstock::BaseClient& client, Handler& handler) {
    client.register_handler(handler);
    client.send_stanza("a@x", Inner{1});
    client.request("a@x", Mine{}, [](const headstock::Answer<Inner>&) {});
    client.request("a@x", Mine{}, [](const headstock::Response&) {});
}
