// Makes an account on a server that lets everybody (XEP-0077), and logs in with it.  JID, password
// and an e-mail address, should the server ask for one, as arguments.
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
