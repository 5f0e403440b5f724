// Software version (XEP-0092): what the other side runs, and what we say that we do.
//
//     headstock::Version version{{"echo bot", "1.0", "Linux"}};    // "Linux" may be left out
//     client.register_handler(version);                            // answers whoever asks
//
//     client.request("juliet@example.org/balcony", headstock::VersionQuery{},
//                    [](const auto& answer) {                      // Answer<SoftwareVersion>
//                        std::cout << (answer ? headstock::printable(answer->name)
//                                             : answer.message()) << '\n';
//                    });
#pragma once

#include "headstock/handlers.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <optional>
#include <string>
#include <utility>

namespace headstock {

/// The answer, XEP-0092 section 3.
struct SoftwareVersion {
    std::string name{};
    std::string version{};
    std::optional<std::string>
        os{}; ///< Tells an attacker more than a friend: leave it out at will.
};
HEADSTOCK_PAYLOAD(SoftwareVersion,
                  "query",
                  ns::version,
                  child_text<&self::name>("name"),
                  child_text<&self::version>("version"),
                  child_text<&self::os>("os"))

/// The question.
struct VersionQuery {
    using answer = SoftwareVersion;
};
HEADSTOCK_PAYLOAD(VersionQuery, "query", ns::version)

/// Answers questions for our version.  Any number of clients may share it.
class Version {
public:
    /// What is answered.
    explicit Version(SoftwareVersion software) : software_(std::move(software)) {}

private:
    const SoftwareVersion& answer(const VersionQuery&) const { return software_; }

    SoftwareVersion software_;

    friend HEADSTOCK_HANDLERS(Version, on<&self::answer>("iq@type=get"))
};

} // namespace headstock
