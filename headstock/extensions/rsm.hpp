// Result set management (XEP-0059): long lists, a page at a time.
//
//     headstock::request_pages<headstock::DiscoItems>(
//         client,
//         [](const headstock::Rsm& page) {
//             const headstock::DiscoItemsQuery rooms{{}, {headstock::to_element(page)}};
//             return headstock::iq_get("conference.example.org").add(rooms);
//         },
//         [](const headstock::Answer<headstock::DiscoItems>& page, headstock::PageOf of) {
//             if (!page) std::cout << page.message() << '\n'; // and this was the last call
//             else for (const auto& room : page->items) std::cout << room.jid.str() << '\n';
//             return headstock::NextPage::ask;                // until of.last
//         });
//
// The question is any iq with a <set/> in its payload: of DiscoItemsQuery in `rest`, of
// PubSub::items_query() put into <pubsub/> (XEP-0060 6.5.4).  One page is held at a time, while the
// function is called with it.  A list never ends by itself where the service makes up more and more
// of it, so the number of pages has a limit; one that comes to a place for the second time is an
// error.  A service that knows no pages sends all of the list, and says so by leaving out <set/>.
//
// Archives have a form of their own: see archive.hpp.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/export.hpp"
#include "headstock/lifetime.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace headstock {

/// The first item of a page, section 2.2.
struct RsmFirst {
    std::string id{};
    std::optional<std::uint64_t> index{}; ///< Its place in the whole list, from 0; may be a guess.
};
HEADSTOCK_PAYLOAD(
    RsmFirst, "first", ns::result_set, attribute<&self::index>("index"), content<&self::id>())

/// <set/>: in a question which page, in an answer which one it is.  Ids mean something to the
/// service only.
struct Rsm {
    std::optional<std::uint64_t> max{};   ///< Asked: so many items at most; 0: only the count.
    std::optional<std::string> before{};  ///< Asked: the page in front of it; "": the last page.
    std::optional<std::string> after{};   ///< Asked: the page behind it.
    std::optional<std::uint64_t> index{}; ///< Asked: the page that begins at this place, from 0.
    std::optional<RsmFirst> first{};      ///< Answered; not there in an empty page.
    std::optional<std::string> last{};    ///< Answered; likewise.
    std::optional<std::uint64_t> count{}; ///< Answered: of the whole list; may be a guess.
};
HEADSTOCK_PAYLOAD(Rsm,
                  "set",
                  ns::result_set,
                  child_text<&self::max>("max"),
                  child_text<&self::before>("before"),
                  child_text<&self::after>("after"),
                  child_text<&self::index>("index"),
                  child<&self::first>(),
                  child_text<&self::last>("last"),
                  child_text<&self::count>("count"))

/// Whether a walk from page to page comes to a place where it was before, in constant memory: it
/// is seen at the latest when the walk has gone round three times.
class PageLoop {
public:
    /// `place` is where the next page begins.  True when the walk goes round.
    bool returns_to(std::string_view place) {
        if (kept_ && *kept_ == place) return true;
        if (++steps_ < until_) return false;
        kept_ = place; // each time after twice as many steps (Brent)
        until_ *= 2;
        steps_ = 0;
        return false;
    }

private:
    std::optional<std::string> kept_{};
    std::uint64_t steps_ = 0;
    std::uint64_t until_ = 1;
};

/// What the function of a page wants.
enum class NextPage : std::uint8_t { ask, stop };

/// Where in the list a page stands.
struct PageOf {
    std::size_t number = 0; ///< Of this page, from 0.
    Rsm set{};              ///< What the service said; empty when it said nothing.
    bool last = false;      ///< No other page will be asked for.
};

/// How to ask for pages.
struct PageOptions {
    std::uint64_t size = 100;      ///< Items in a page, at most; a service may send fewer.
    std::size_t most_pages = 1000; ///< Then the last call is an error (Errc::policy_violation).
};

namespace detail {

HEADSTOCK_API Error too_many_pages(std::size_t pages);
HEADSTOCK_API Error pages_repeat();
/// The <set/> in an answer; empty when there is none.  An error when it does not read.
HEADSTOCK_API Parsed<Rsm> set_in(const Response& response);
HEADSTOCK_API Error unusable_set(const Response& response, const PayloadError& why);

/// One walk over a list.  Held by its own callback.
template <class T>
class PageWalk : public std::enable_shared_from_this<PageWalk<T>> {
public:
    using Question = std::function<Element(const Rsm&)>;
    using OnPage = std::function<NextPage(const Answer<T>&, const PageOf&)>;

    PageWalk(ClientApi& client, Question question, OnPage on_page, PageOptions options)
        : client_(client.link()), question_(std::move(question)), on_page_(std::move(on_page)),
          options_(options) {}

    Delivery ask(std::optional<std::string> after) {
        auto* client = client_.get();
        if (client == nullptr) return no_session("request_pages");
        const Rsm page{.max = options_.size, .after = std::move(after)};
        return client->request(
            question_(page),
            ClientApi::OnResponse{[walk = this->shared_from_this()](const Response& response) {
                walk->answered(response);
            }});
    }

private:
    void answered(const Response& response) {
        const auto set = set_in(response);
        if (!set) return fail(unusable_set(response, set.error()));
        PageOf of{number_++, *set, false};
        const auto next = set->last.value_or("");
        of.last = !response || next.empty();
        if (on_page_(Answer<T>::of(response), of) == NextPage::stop || of.last) return;
        if (loop_.returns_to(next)) return fail(pages_repeat());
        if (number_ >= options_.most_pages) return fail(too_many_pages(number_));
        if (auto asked = ask(next); !asked) fail(std::move(asked.error));
    }
    void fail(Error why) { on_page_(Answer<T>{std::move(why)}, PageOf{number_, {}, true}); }

    Link<ClientApi> client_;
    Question question_;
    OnPage on_page_;
    PageOptions options_;
    PageLoop loop_;
    std::size_t number_ = 0;
};

} // namespace detail

/// Ask for a list page by page.  `question` makes the iq for one page; `on_page` is called with
/// each, in order, read as a `T` (or Element: the payload as it came), and says whether to go on.
/// Its last call has PageOf::last: the end of the list, or a refusal or failure.  A page that does
/// not read as a `T` is a failure of that page alone.  False, and `on_page` is never called, when
/// the first question was not sent; nor is it after the client was destroyed.
template <class T>
Delivery request_pages(ClientApi& client,
                       std::function<Element(const Rsm&)> question,
                       std::function<NextPage(const Answer<T>&, const PageOf&)> on_page,
                       PageOptions options = {}) {
    return std::make_shared<detail::PageWalk<T>>(client, std::move(question), std::move(on_page),
                                                 options)
        ->ask(std::nullopt);
}

} // namespace headstock
