// What others can do (XEP-0115 section 5.4), without a client: who has announced which hash, whom
// to ask what it stands for, and what has come of it.  Capabilities drives it.
#pragma once

#include "headstock/export.hpp"
#include "headstock/extensions/disco.hpp"
#include "headstock/jid.hpp"
#include "headstock/ns.hpp"
#include "headstock/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headstock {

/// What stands in presence (section 4).
struct CapabilitiesHash {
    std::string node{}; ///< The URI of the program.
    std::string ver{};
    std::optional<std::string> hash{}; ///< "sha-1"; not there in the legacy format.
    std::optional<std::string> ext{};  ///< Of the legacy format.
};
HEADSTOCK_PAYLOAD(CapabilitiesHash,
                  "c",
                  ns::capabilities,
                  attribute<&self::node>("node"),
                  attribute<&self::ver>("ver"),
                  attribute<&self::hash>("hash"),
                  attribute<&self::ext>("ext"))

namespace detail {

/// Its bounds are those that Capabilities names.
class HEADSTOCK_API CapabilitiesCache {
public:
    /// What somebody is to be asked; answered() is called for each.
    struct Question {
        Jid whom{};
        std::string node{}; ///< For DiscoInfoQuery.
        std::string key{};  ///< Of the version it is about.
    };

    /// `who` has said this in presence.  True when that is news, and known already what it stands
    /// for.  `may_ask`: this one may be asked.
    bool announced(const Jid& who, const CapabilitiesHash& said, bool may_ask);
    /// Who has gone; all resources of a bare JID.
    void left(const Jid& who);
    void forget_everybody();
    /// The next that is to be asked, or nothing.
    std::optional<Question> next();
    /// What came, or nullptr for a refusal or no answer.  Gives those of whom it is known now.
    std::vector<Jid> answered(const Question& question, const DiscoInfo* info);
    /// A verification string that is known to be good.  False when it is not kept, or known.
    bool learn(const std::string& text);

    /// The verification string of this resource, or nullptr.
    const std::string* find(const Jid& who) const;
    /// Those of a JID: of a bare one all of its resources.
    std::vector<const std::string*> find_all(const Jid& who) const;

    /// See Capabilities.
    std::string saved() const;
    std::size_t load(std::string_view text);

private:
    struct Version {
        std::optional<std::string> text{}; ///< The verification string, once it is known.
        std::set<const Jid*> users{};      ///< Keys of entities_ that have announced it.
        std::set<const Jid*> waiting{};    ///< Of them, who may be asked and was not yet.
        std::uint64_t place = 0;           ///< In queue_ or idle_; 0: in neither.
        Jid payer{};                       ///< In whose share it counts; of nobody's in none.
        bool asking = false;
    };
    using Versions = std::map<std::string, Version, std::less<>>;
    struct Entity {
        std::string said{};      ///< All of it, to tell news from a repetition.
        std::size_t node_at = 0; ///< Where in it the node begins that is asked for.
        Versions::iterator version{};
    };
    struct ByText {
        using is_transparent = void;
        bool operator()(const Jid& a, const Jid& b) const { return a.str() < b.str(); }
        bool operator()(const Jid& a, std::string_view b) const { return a.str() < b; }
        bool operator()(std::string_view a, const Jid& b) const { return a < b.str(); }
    };
    using Entities = std::map<Jid, Entity, ByText>;
    /// What is kept because of one bare JID: an account, or a room with all in it.
    struct Share {
        std::size_t entities = 0;
        std::size_t text = 0;
    };

    std::vector<const Jid*> resources(const Jid& who) const;
    bool make_room(std::size_t more);
    bool has_share(const Jid& payer, std::size_t more) const;
    void charge(const Jid& payer, std::size_t bytes);
    void refund(const Jid& payer, std::size_t bytes);
    void bill(Version& version, const Jid& payer);
    std::size_t idle_text(const std::string& key) const;
    void attach(Entities::iterator entity, const std::string& key, bool may_ask);
    void detach(Entities::iterator entity);
    void enqueue(Versions::iterator version);
    void dequeue(Versions::iterator version);
    void drop(Versions::iterator version);
    void rest(Versions::iterator version);
    bool set_text(Versions::iterator version, const std::string& text, const Jid& payer);
    std::vector<Jid> verified(const Question& question, const std::string& text);
    std::vector<Jid> said_alone(const Question& question, const std::string& text);

    Entities entities_;
    Versions versions_; ///< By `ver`; of one JID alone, by " " and more.
    std::map<std::uint64_t, Versions::iterator> queue_; ///< To be asked about, oldest first.
    std::map<std::uint64_t, Versions::iterator> idle_;  ///< Known, and of nobody who is there.
    std::map<Jid, Share> shares_;                       ///< By bare JID.
    std::uint64_t last_place_ = 0;
    std::size_t text_ = 0; ///< The bytes of all that is kept.
};

} // namespace detail
} // namespace headstock
