// One call of a threaded row: what it needs of its stanza, which is gone by then, and what came of
// it.
#pragma once

#include "headstock/detail/row.hpp"
#include "headstock/dispatch/answers.hpp"
#include "headstock/dispatch/inbox.hpp"
#include "headstock/dispatch/reader.hpp"
#include "headstock/dispatch/registry.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

namespace headstock::detail {

/// Made on the client's thread, run on a worker, delivered on the client's thread again.  It owns
/// copies of the element and of the stanza, and a closure's functions; a registered object it
/// borrows.
class ThreadedCall final : private Caller {
public:
    /// `stanza` is copied as its start tag, or as `whole` when the row takes that.  `answers` owes
    /// the answer if this call does.  `acknowledges`: that it returns is the answer.  `copied`: the
    /// bytes of the copies, about.
    ThreadedCall(const Entry& entry,
                 const Element& element,
                 const Tag& stanza,
                 const Element* whole,
                 std::shared_ptr<const Reader> reader,
                 const Answers& answers,
                 Outlet& outlet,
                 bool acknowledges,
                 std::size_t copied);

    /// Call the row's function.  On the worker; what it throws is kept.
    void run() noexcept;
    /// Send what it returned.  Throws what it threw.
    void deliver();
    /// Answer by an error, if the answer is owed by this call.
    void refuse(Condition condition);

    std::string_view name() const { return name_; }
    std::uint64_t strand() const { return strand_; }
    std::uint64_t ticket() const { return ticket_; }
    /// Whoever does this first has the call: the worker, to run it, or who drops it.
    bool claim() noexcept { return !claimed_.exchange(true); }
    /// The job that delivers the call, made beforehand; to be taken by who has claimed the call.
    void set_way_back(Inbox::Jobs job) noexcept { way_back_ = std::move(job); }
    Inbox::Jobs take_way_back() noexcept { return std::move(way_back_); }
    /// It was not run and will not be.
    void set_dropped() noexcept { dropped_ = true; }
    bool dropped() const noexcept { return dropped_; }
    /// About how many bytes it holds.
    std::size_t size() const { return size_; }

private:
    Reply take_reply() override;
    const Reader& reader() const override { return *reader_; }

    RowCall function_;
    void* object_;
    std::shared_ptr<void> closure_;
    std::string_view name_;
    std::uint64_t strand_;
    std::uint64_t ticket_;
    Element element_;
    Element stanza_;
    bool whole_;
    std::shared_ptr<const Reader> reader_;
    bool acknowledges_;
    Answers answers_;
    Outlet& outlet_;
    std::size_t size_;
    std::atomic<bool> claimed_{false};
    bool dropped_ = false;
    Inbox::Jobs way_back_{};
    Outcome outcome_{};
    std::exception_ptr thrown_{};
};

} // namespace headstock::detail
