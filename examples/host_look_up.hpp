// Sockets and names by the functions of the C library, for who drives a client without libuv.
#pragma once

#include <headstock/connect_step.hpp>

#include <sys/socket.h>

#include <string>

namespace examples {

/// Asks "host:port" in the place of the system's name servers; an empty one changes nothing.
void ask_name_server(const std::string& address);
/// Blocks until there is an answer.
headstock::LookUpAnswer look_up(const headstock::LookUp& question);
/// A socket that connects meanwhile; -1, with errno set, when it cannot.
int begin_to_connect(const headstock::OpenConnection& to);
/// What became of that: 0, or the code of the error.
int error_of(int socket);

} // namespace examples
