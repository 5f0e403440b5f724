// Every iq get or set that left and is not yet answered.  Knows nothing of sockets or clocks.
#pragma once

#include "headstock/delivery.hpp"
#include "headstock/jid.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headstock::detail {

/// The pending requests of one session.  Each leaves exactly once: taken by its answer, expired, or
/// drained at the end; whoever takes it completes it.
class Requests {
public:
    using Callback = std::function<void(const Response&)>;
    struct Pending {
        std::string id{};
        std::string to{};
        Callback callback{}; ///< Empty for an iq that was only sent, and once cancelled.
        std::uint64_t deadline = 0;
        bool keeps_answer = true; ///< The callback wants the content of a result, not only its end.
        std::string
            asker{}; ///< Which address of a component asked; empty on a client, which has one.
        std::uint64_t number = 0; ///< Tells it from all others; that of its stanza in the outbox,
                                  ///< or from own_number on.
        bool cancellable = false; ///< It was asked for by request().
        bool cancelled = false;   ///< Its answer is nobody's.
    };

    /// Numbers from here on are for iqs that are in no outbox.
    static constexpr std::uint64_t own_number = std::uint64_t{1} << 63;

    /// False, and `request` is left as it is, when one of that id to that address is pending
    /// already, of the same asker.  Left as it is too when std::bad_alloc is thrown.
    bool add(Pending&& request);
    /// The request that this sender may answer under this id, still pending; or nullptr.  `to` is
    /// whom it answers.
    const Pending*
    find(std::string_view id, std::string_view from, std::string_view to, const Jid& own) const;
    /// Each is to the address that `renamed` makes of the one that it was to.
    void readdress(const std::function<std::string(std::string_view to)>& renamed);
    /// Take out a request that find() gave, by its number.
    std::optional<Pending> take(std::uint64_t number);
    /// It has no callback any more, which is given; nothing when it is complete, cancelled, or was
    /// only sent.  It stays until its deadline; one that has none gets `deadline`.
    std::optional<Callback> cancel(std::uint64_t number, std::uint64_t deadline);
    /// Take out one whose deadline is at or before `now`.
    std::optional<Pending> take_expired(std::uint64_t now);
    /// Take out any, oldest deadline first.
    std::optional<Pending> take_any();
    std::optional<std::uint64_t> next_deadline() const;
    /// The numbers of all, oldest deadline first.
    std::vector<std::uint64_t> numbers() const;
    std::size_t size() const { return pending_.size(); }

private:
    void insert(Pending&& request);

    std::multimap<std::string, Pending, std::less<>> pending_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> by_deadline_; // deadline, number
    std::map<std::uint64_t, decltype(pending_)::iterator> by_number_;
};

} // namespace headstock::detail
