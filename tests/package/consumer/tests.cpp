// A test without any framework: a login, a stanza, and time that passes.
#include <headstock/testing/stage.hpp>
#include <headstock/testing/sweep.hpp>

#include <chrono>
#include <iostream>

int main() {
    headstock::testing::Stage stage;
    stage.client().after(std::chrono::hours{1},
                         [&stage] { stage.client().send_stanza(headstock::presence()); });
    stage.login();
    stage.pass(std::chrono::hours{1});
    std::cout << "headstock " << stage.sent() << '\n';
}
