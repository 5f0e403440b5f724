#include "headstock/testing/managed_session.hpp"

#include "bridge/conversion.hpp"
#include "headstock/ns.hpp"

#include <stdexcept>

namespace headstock::detail {
namespace {

bridge::Element managing(const char* name) { return bridge::Element{name, ns::stream_management}; }

} // namespace

std::string ManagedSession::enable(bool resumable) {
    const auto number = ++sessions_;
    forget();
    sessions_ = number;
    id_ = "session-" + std::to_string(number);
    resumable_ = resumable;
    auto enabled = managing("enabled");
    if (resumable) enabled.set("id", id_).set("resume", "true");
    return enabled.xml();
}

void ManagedSession::forget() {
    id_.clear();
    handled_ = acked_ = 0;
    unacked_.clear();
}

std::string ManagedSession::answer() const {
    return managing("a").set("h", std::to_string(handled_)).xml();
}

void ManagedSession::acknowledged(const bridge::Element& a) { drop_acknowledged(a); }

void ManagedSession::drop_acknowledged(const bridge::Element& element) {
    const auto handled = bridge::convert<std::uint32_t>(element.attribute("h"));
    if (!handled || *handled - acked_ > unacked_.size())
        throw std::runtime_error("headstock::testing::Server: the client acknowledges what it was "
                                 "not sent: " +
                                 element.xml());
    for (; acked_ != *handled; ++acked_) unacked_.pop_front();
}

bool ManagedSession::knows(const bridge::Element& resume) const {
    return on() && resumable_ && resume.attribute("previd") == id_;
}

std::string ManagedSession::resume(const bridge::Element& resume) {
    if (!knows(resume)) return {};
    drop_acknowledged(resume);
    auto answer = managing("resumed").set("previd", id_).set("h", std::to_string(handled_)).xml();
    for (const auto& xml : unacked_) answer += xml;
    return answer;
}

std::string ManagedSession::refuse(const bridge::Element& resume) const {
    auto failed = managing("failed");
    if (knows(resume)) failed.set("h", std::to_string(handled_));
    return failed.add(bridge::Element{"item-not-found", ns::stanzas}).xml();
}

} // namespace headstock::detail
