// expect: headstock: the task of one_off<T> takes AsyncClient& and Finish<T>
#include "headstock/one_off.hpp"

auto use() {
    return headstock::one_off<int>("a@x", "secret", {}, [](headstock::AsyncClient&) {});
}
