#include "headstock/base/seconds.hpp"

namespace headstock::detail {

std::string seconds(std::chrono::milliseconds time) {
    auto text = std::to_string(time.count() / 1000);
    if (const auto rest = time.count() % 1000; rest != 0) {
        text += "." + std::to_string(rest + 1000).substr(1);
        text.resize(text.find_last_not_of('0') + 1);
    }
    return text + " s";
}

} // namespace headstock::detail
