// expect: 'const headstock::Options'
#include "headstock/async_component.hpp"

void use(const headstock::Options& options) {
    headstock::AsyncComponent component{"bot.e.test", "secret", options};
}
