#include "headstock/detail/transport_lookup.hpp"

#include <uv.h>

#include <utility>

namespace headstock::detail {

struct Lookup::Request {
    uv_getaddrinfo_t uv{};

    static void answered(uv_getaddrinfo_t* request, int status, addrinfo* found) noexcept {
        auto* lookup = static_cast<Lookup*>(request->data);
        std::vector<Address> addresses;
        for (const auto* one = found; one; one = one->ai_next) {
            if (auto address = Address::from_lookup(*one)) addresses.push_back(*address);
        }
        uv_freeaddrinfo(found);
        const auto answer = std::move(lookup->answer_);
        delete lookup;
        if (answer) answer(status, std::move(addresses));
    }
};

Lookup::Lookup(Answer answer) : request_(std::make_unique<Request>()), answer_(std::move(answer)) {
    request_->uv.data = this;
}
Lookup::~Lookup() = default;

Lookup* Lookup::start(
    uv_loop_s* loop, const std::string& host, std::uint16_t port, Answer answer, int& status) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    const auto service = std::to_string(port);
    auto* lookup = new Lookup(std::move(answer));
    status = uv_getaddrinfo(loop, &lookup->request_->uv, &Request::answered, host.c_str(),
                            service.c_str(), &hints);
    if (status == 0) return lookup;
    delete lookup;
    return nullptr;
}

void Lookup::cancel() noexcept {
    answer_ = nullptr;
    uv_cancel(reinterpret_cast<uv_req_t*>(&request_->uv));
}

} // namespace headstock::detail
