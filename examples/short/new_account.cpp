// Registers an account on a server that lets anybody (XEP-0077), and logs in with it.  Three
// arguments: JID, password, e-mail address ("" for none).
#include <headstock/headstock.hpp>

#include <iostream>

struct NewAccount {
    std::string email;

    void ready(headstock::AsyncClient& client) {
        std::cout << "welcome, " << client.jid().bare().str() << std::endl;
        client.stop();
    }
};

int main(int, char** argv) {
    NewAccount account{argv[3]};
    headstock::AsyncClient client{argv[1], argv[2], {.registration = &account}};
    client.register_handler(account);
    const auto error = client.run_until_signal();
    if (error) std::cerr << error.message() << '\n'; // "the name is taken", for one
    return error ? 1 : 0;
}
