// An object that is a handler as long as it lives: a window that shows what is said while it is
// open.  Say "open" or "close" to it.  JID and password as arguments.
#include <headstock/headstock.hpp>

#include <iostream>
#include <optional>

class Window {
public:
    explicit Window(headstock::AsyncClient& client)
        : registration_{client.scoped_register(*this)} {}

private:
    void heard(const headstock::Message& message) {
        std::cout << message.from.str() << ": " << headstock::printable(message.body) << std::endl;
    }

    headstock::ScopedRegistration registration_;
    friend HEADSTOCK_HANDLERS(Window, on<&self::heard>("message@type=chat"))
};

int main(int, char** argv) {
    headstock::AsyncClient client{argv[1], argv[2]};
    std::optional<Window> window;
    client.send_stanza(headstock::presence());
    client.on_message([&](const headstock::Message& message) {
        if (message.body == "open") window.emplace(client);
        if (message.body == "close") window.reset();
    });
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n';
    return error ? 1 : 0;
}
