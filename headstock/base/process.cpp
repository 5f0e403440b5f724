#include "headstock/base/process.hpp"

#include <pthread.h>
#include <unistd.h>

#include <new>

namespace headstock::detail {
namespace {

bool watch(void (*in_the_child)()) {
    if (pthread_atfork(nullptr, nullptr, in_the_child) != 0) throw std::bad_alloc();
    return true;
}

} // namespace

Process::Process() : id_(getpid()) {
    static const bool watched = watch([] { forks_.fetch_add(1, std::memory_order_relaxed); });
    static_cast<void>(watched);
    forks_then_ = forks_.load(std::memory_order_relaxed);
}

bool Process::is_here() const noexcept { return may_be_here() && id_ == getpid(); }

} // namespace headstock::detail
