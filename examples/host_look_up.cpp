#include "host_look_up.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace examples {
namespace {

using headstock::Errc, headstock::LookUpAnswer;

std::unique_ptr<addrinfo, void (*)(addrinfo*)>
find(const std::string& host, const std::string& port, int family, int flags, int& error) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    addrinfo* found = nullptr;
    error = getaddrinfo(host.c_str(), port.empty() ? nullptr : port.c_str(), &hints, &found);
    return {error == 0 ? found : nullptr, &freeaddrinfo};
}

LookUpAnswer services_of(const std::string& name) {
    LookUpAnswer answer;
    unsigned char reply[NS_MAXMSG];
    ns_msg message{};
    const int size = res_query(name.c_str(), ns_c_in, ns_t_srv, reply, sizeof reply);
    if (size < 0 || ns_initparse(reply, size, &message) < 0) {
        answer.error = {Errc::unknown_host, "no SRV record"};
        return answer;
    }
    for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
        ns_rr record{};
        char target[NS_MAXDNAME];
        if (ns_parserr(&message, ns_s_an, i, &record) < 0 || ns_rr_type(record) != ns_t_srv)
            continue;
        const auto* const data = ns_rr_rdata(record);
        if (dn_expand(ns_msg_base(message), ns_msg_end(message), data + 6, target, sizeof target) <
            0)
            continue;
        const auto number = [&](int at) { return static_cast<std::uint16_t>(ns_get16(data + at)); };
        answer.services.push_back({number(0), number(2), number(4), target});
    }
    return answer;
}

LookUpAnswer addresses_of(const std::string& name, int family) {
    LookUpAnswer answer;
    int error = 0;
    const auto found = find(name, {}, family, 0, error);
    for (const auto* at = found.get(); at != nullptr; at = at->ai_next) {
        char text[NI_MAXHOST];
        if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, nullptr, 0,
                        NI_NUMERICHOST) == 0)
            answer.addresses.emplace_back(text);
    }
    if (error != 0) answer.error = {Errc::unknown_host, gai_strerror(error)};
    return answer;
}

} // namespace

void ask_name_server(const std::string& address) {
    const auto colon = address.rfind(':');
    if (address.empty() || res_init() != 0) return;
    _res.nscount = 1;
    auto& server = _res.nsaddr_list[0];
    server.sin_family = AF_INET;
    inet_pton(AF_INET, address.substr(0, colon).c_str(), &server.sin_addr);
    server.sin_port = htons(static_cast<std::uint16_t>(
        colon == address.npos ? NAMESERVER_PORT : std::stoi(address.substr(colon + 1))));
}

headstock::LookUpAnswer look_up(const headstock::LookUp& question) {
    switch (question.type) {
    case headstock::RecordType::srv:
        return services_of(question.name);
    case headstock::RecordType::a:
        return addresses_of(question.name, AF_INET);
    case headstock::RecordType::aaaa:
        return addresses_of(question.name, AF_INET6);
    case headstock::RecordType::system:
        return addresses_of(question.name, AF_UNSPEC);
    }
    return {};
}

int begin_to_connect(const headstock::OpenConnection& to) {
    int error = 0;
    const auto found = find(to.address, std::to_string(to.port), AF_UNSPEC,
                            AI_NUMERICHOST | AI_NUMERICSERV, error);
    if (!found) return errno = EINVAL, -1;
    const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS)
        return fd;
    const int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

int error_of(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

} // namespace examples
