// A libuv program with a timer of its own takes two clients into its loop: they greet each other.
#include "command_line.hpp"
#include "loop_signals.hpp"

#include <headstock/headstock.hpp>
#include <uv.h>

#include <iostream>

using bridge::Element;

// What the program did before it learned XMPP: count.  It ends when the last client has.
struct Clock {
    uv_timer_t timer{};
    int ticks = 0;
    int clients = 2;

    explicit Clock(uv_loop_t* loop) {
        uv_timer_init(loop, &timer);
        timer.data = this;
        uv_timer_start(
            &timer, [](uv_timer_t* t) { ++static_cast<Clock*>(t->data)->ticks; }, 10, 10);
    }
    void client_ended() {
        if (--clients == 0) uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    }
};

struct Greeter {
    headstock::AsyncClient& client;
    Clock& clock;
    bool quiet;
    Greeter* peer = nullptr;
    bool greeted = false;

    void ready() {
        if (peer->client.ready()) say("hello");
    }
    void say(std::string_view text) {
        client.send_stanza(headstock::message(peer->client.jid().str(), text));
    }
    void hear(const Element& body) {
        if (!quiet)
            std::cout << client.jid().resource() << " heard: " << headstock::printable(body.text())
                      << std::endl;
        greeted = true;
        if (!peer->greeted) return say("hello yourself");
        client.stop();
        peer->client.stop();
    }
    void stopping() { peer->client.stop(); } // alone, neither has anything to do
    void terminated() { clock.client_ended(); }
};
HEADSTOCK_HANDLERS(Greeter, on<&self::hear>("message@type=chat/body"))

int main(int argc, char** argv) {
    examples::CommandLine line{"Two sessions of one account in the loop of an existing program."};
    line.parse(argc, argv);
    uv_loop_t* loop = uv_default_loop();
    line.options.loop = loop;
    headstock::AsyncClient first{line.jid + "/first", line.password, line.options};
    headstock::AsyncClient second{line.jid + "/second", line.password, line.options};
    const examples::LoopSignals signals{loop, [&] {
                                            first.stop();
                                            second.stop();
                                        }};

    Clock clock{loop};
    Greeter one{first, clock, line.quiet}, two{second, clock, line.quiet};
    one.peer = &two;
    two.peer = &one;
    if (line.debug) first.set_log(stdout);
    first.register_handler(one);
    second.register_handler(two);
    (void)first.start(); // error() tells in the end what went wrong
    (void)second.start();
    uv_run(loop, UV_RUN_DEFAULT);
    if (!line.quiet)
        std::cout << "the clock ticked " << clock.ticks << " times meanwhile" << std::endl;
    return examples::report(first.error() ? first.error() : second.error());
}
