// expect: headstock: this object has handle_register_form in both of its shapes
#include "headstock/base_client.hpp"

struct Mine {
    void handle_register_form(headstock::RegistrationForm&) {}
    void handle_register_form(headstock::RegistrationForm, headstock::RegistrationReply) {}
};

headstock::Options use(Mine& mine) { return {.registration = &mine}; }
