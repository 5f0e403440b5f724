// A BaseClient on poll(2): its search for the server, its connections, its time.
#pragma once

#include <headstock/base_client.hpp>

#include <map>

namespace examples {

class PollLoop {
public:
    /// `wake` is a descriptor: a byte in it asks the client to stop.
    PollLoop(headstock::BaseClient& client, int wake) : client_(client), wake_(wake) {}

    /// Until the client has ended.
    void run();

private:
    struct Socket {
        int fd = -1;
        bool connected = false;
    };

    void turn();
    void take_steps();
    void take(const headstock::LookUp& step);
    void take(const headstock::CancelLookUp&) {}
    void take(const headstock::OpenConnection& step);
    void take(const headstock::CloseConnection& step);
    void write_to(unsigned number, int fd);
    void end(unsigned number, const headstock::Error& reason);
    void wait();
    void connected(unsigned number);
    void read_from(unsigned number);

    headstock::BaseClient& client_;
    int wake_;
    std::map<unsigned, Socket> sockets_;
};

} // namespace examples
