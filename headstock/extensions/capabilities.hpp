// Entity capabilities (XEP-0115): what we can do stands in our presence, as a hash; what others can
// do is asked once for each hash.
//
//     headstock::Disco disco{{{"client", "bot", "echo bot"}}};
//     headstock::Capabilities capabilities{disco, "https://example.org/echo-bot"};
//     headstock::Presence presence;
//     client.register_handler(disco);           // in this order
//     client.register_handler(capabilities);
//     client.register_handler(presence);
//     capabilities.notify("http://jabber.org/protocol/tune"); // contacts' tunes come (XEP-0163)
//     ...
//     if (capabilities.supports("juliet@example.org/balcony", headstock::ns::receipts)) ...
//     // and when it becomes known: on_event<&self::known>() for
//     //     void known(const headstock::CapabilitiesKnown& event)
//
//     capabilities.load(text_of_the_last_run);      // before, and behind it
//     keep(capabilities.saved());
//
// OURS is the hash of Disco::info().  It is added to whatever presence is PresencePrepared; when it
// is another one, since something was registered, unregistered or added to Disco, everybody is sent
// presence anew: once, soon after the handler that did it.  Who asks for the node with the hash is
// told just what was hashed, of the last eight versions.  In another order than this one it goes as
// well, by one presence more.
//
// THEIRS is asked of one who has announced a hash, eight questions at a time and half a minute for
// each; when that one refuses, is silent or lies, of the next.  What is verified (section 5.4)
// counts for all who announce it; what is not, and what has another hash than SHA-1, for the one
// who said it.  The legacy format, without `hash`, says nothing.  A question shows that we are
// there to whoever has sent us presence: ask_only() says who may be asked.
//
// KEPT: what was said by 100,000 resources that are there and, of hashes that nobody has at the
// moment, 2,000; 32 MiB of text together, and 64 KiB of one answer.  A node and hash of more than
// 2 KiB say nothing.  Because of one bare JID, be it an account or a room with all who are in it, a
// tenth of the resources and an eighth of the text are kept.  Those who may not be asked fill half
// of the 32 MiB at most.  Beyond that nothing is known, and nothing fails.
#pragma once

#include "headstock/client_api.hpp"
#include "headstock/events.hpp"
#include "headstock/export.hpp"
#include "headstock/extensions/capabilities_cache.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/extensions/presence.hpp"
#include "headstock/extensions/serving.hpp"
#include "headstock/handlers.hpp"
#include "headstock/jid.hpp"
#include "headstock/lifetime.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// An event: it is known now what this resource can do, or that it can do something else.  It may
/// come before ContactOnline.
struct CapabilitiesKnown {
    Jid who{};
};

/// Announces what we can do, and knows what others can, in one session at a time.
class HEADSTOCK_API Capabilities {
public:
    /// Of no use to a component, whose addresses have a presence each: a compile error.
    static constexpr bool needs_account = true;

    /// `disco` says what we can do; it is borrowed, must outlive this, and gets the feature of this
    /// specification.  `node`: a URI of the program, best of a page about it.  Throws
    /// std::invalid_argument for an empty one.
    Capabilities(Disco& disco, std::string node);
    Capabilities(const Capabilities&) = delete;
    Capabilities& operator=(const Capabilities&) = delete;

    /// Contacts' events of this node, a personal one (XEP-0163 section 4.2), come without a
    /// subscription, the last one of each at once: the feature `node` + "+notify".  For a row that
    /// takes them see item_event(), pubsub.hpp.
    Capabilities& notify(std::string_view node);
    /// Whom a question may be sent to; everybody, unless this says something.  `whom` is called
    /// when somebody announces what is new of them, and must not call the client.
    Capabilities& ask_only(std::function<bool(const Jid& who)> whom);

    /// The hash that was announced last, in base64; empty before.
    const std::string& announced() const { return version_; }

    /// It is known what `jid` can do; of a bare JID, what one of its resources can.
    bool is_known(Address jid) const;
    /// It is known to have told this feature; of a bare JID, one of its resources.
    bool supports(Address jid, std::string_view feature) const;
    /// It is known to be such a thing, as ("client", "bot"); of a bare JID, one of its resources.
    bool has_identity(Address jid, std::string_view category, std::string_view type) const;

    /// What is verified, as text: a line for each hash.
    std::string saved() const { return others_.saved(); }
    /// Take in what saved() gave, before the session.  A line counts for the hash that it has,
    /// which is made again.  Gives how many were taken: 0 for a text that is no such thing.
    std::size_t load(std::string_view text) { return others_.load(text); }

    // What the client calls.
    void ready(ClientApi& client);
    /// Goes on with what waited while the connection was lost.
    void resumed();
    void session_ended();
    void cleanup();

private:
    struct Made {
        DiscoInfo info{};
        std::string text{};
        std::string version{};
    };
    Made make() const;
    void keep(const Made& made);
    void prepared(const PresencePrepared& event);
    void handlers_changed(const HandlersChanged&) { look_soon(); }
    void disco_changed(const DiscoChanged&) { look_soon(); }
    void look_soon();
    void look();

    void came(const CapabilitiesHash& said, const Tag& presence);
    void gone(const Tag& presence);
    void refused(const Tag& presence, const StanzaError& error);
    void ask();
    Delivery ask(ClientApi& client, const detail::CapabilitiesCache::Question& question);
    void answered(const detail::CapabilitiesCache::Question& question,
                  const Answer<DiscoInfo>& answer,
                  std::uint64_t session);
    void tell(const std::vector<Jid>& known);
    template <class F>
    bool any_of(Address jid, const F& f) const;

    Disco& disco_;
    std::string node_;
    std::string version_; ///< What was announced last.
    std::deque<std::string>
        versions_;            ///< Nodes of Disco: this one's and some before, oldest first.
    bool looking_ = false;    ///< look() is due.
    bool telling_ = false;    ///< Everybody is being shown the new one.
    bool told_rooms_ = false; ///< Somebody was shown presence of their own, in this session.
    bool half_told_ = false;  ///< Some were shown a new one, and others were not.

    detail::CapabilitiesCache others_;
    std::function<bool(const Jid&)> may_ask_;
    std::size_t asking_ = 0;    ///< How many questions of this session are open.
    std::uint64_t session_ = 0; ///< How many there were.
    Link<ClientApi> client_;    ///< From the first ready to cleanup.
    Serving serving_;           ///< Whose contacts they are.
    Lifetime lifetime_;         ///< What timers and answers ask whether this is there.

    friend HEADSTOCK_HANDLERS(Capabilities,
                              on<&self::came>("presence@type=available"),
                              on<&self::gone>("presence@type=unavailable"),
                              on<&self::refused>("presence@type=error"),
                              on_event<&self::prepared>(),
                              on_event<&self::handlers_changed>(),
                              on_event<&self::disco_changed>())
};

} // namespace headstock
