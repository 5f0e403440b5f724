// A server in a process of its own, so that what it holds does not count as the client's memory.
#pragma once

#include "headstock/options.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <sys/types.h>

namespace headstock::test {
class TemporaryFile;
}

namespace bench {

/// Logs in any number of clients, as romeo@e.test with any password, in clear or by STARTTLS.
class StandInServer {
public:
    using Say = std::function<void(std::string_view xml)>;
    /// What a client is told when it has said anything after its login, once.
    using Speech = std::function<void(const Say& say)>;

    /// Starts the process; before there is a thread in this one.  Throws std::system_error.
    explicit StandInServer(headstock::Tls tls, Speech speech = {});
    /// Ends it, with all connections.
    ~StandInServer();
    StandInServer(const StandInServer&) = delete;
    StandInServer& operator=(const StandInServer&) = delete;

    /// To connect to it and trust it.
    const headstock::Options& options() const { return options_; }

private:
    headstock::Options options_{};
    std::unique_ptr<headstock::test::TemporaryFile> ca_file_{};
    pid_t process_ = -1;
    int lifeline_ = -1; ///< Closed with this process, whatever becomes of it: then the server ends.
};

} // namespace bench
