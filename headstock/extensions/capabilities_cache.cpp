#include "headstock/extensions/capabilities_cache.hpp"

#include "headstock/digest.hpp"
#include "headstock/extensions/verification_string.hpp"

#include <algorithm>
#include <utility>

namespace headstock::detail {
namespace {

constexpr std::size_t most_entities = 100'000;
constexpr std::size_t most_kept_text = 32u << 20; // bytes
constexpr std::size_t most_entities_of_one = most_entities / 10;
constexpr std::size_t most_text_of_one = most_kept_text / 8;
constexpr std::size_t most_idle_versions = 2'000;
constexpr std::size_t longest_said = 2'048;          // node, ver and hash together
constexpr std::size_t longest_verification = 65'536; // bytes of one verification string
constexpr std::string_view first_saved_line = "headstock capabilities 1";

// 20 bytes in base64.  Nothing else can be the hash of anything.
bool is_sha1(std::string_view ver) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return ver.size() == 28 && ver.back() == '=' &&
           ver.find_first_not_of(letters) == ver.size() - 1;
}

// One line: of a verification string any letter may be in a feature that somebody has made up.
std::string escape_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (c == '\\')
            line += "\\\\";
        else if (c == '\n')
            line += "\\n";
        else if (c == '\r')
            line += "\\r";
        else
            line += c;
    }
    return line;
}

std::optional<std::string> unescape_line(std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\') {
            text += line[i];
            continue;
        }
        if (++i == line.size()) return std::nullopt;
        const auto at = std::string_view{"\\nr"}.find(line[i]);
        if (at == std::string_view::npos) return std::nullopt;
        text += "\\\n\r"[at];
    }
    return text;
}

// Of what counts for this one alone.
std::string own_key(const Jid& who, const std::string& said) {
    return ' ' + who.str() + ' ' + said;
}

bool is_own_key(std::string_view key) { return key.front() == ' '; }

} // namespace

// --- who has said what ---------------------------------------------------------------------------

// The legacy format says nothing that could be verified (section 5.4, 1).
bool CapabilitiesCache::announced(const Jid& who, const CapabilitiesHash& said, bool may_ask) {
    const auto hash = said.hash.value_or("");
    Entity fresh{hash + ' ' + said.node + '#' + said.ver, hash.size() + 1, {}};
    auto known = entities_.find(who);
    if (known != entities_.end() && known->second.said == fresh.said) return false;
    if (known != entities_.end()) detach(known);
    if (hash.empty() || fresh.said.size() > longest_said) return false;
    const bool shared = hash == "sha-1" && is_sha1(said.ver);
    const auto key = shared ? said.ver : own_key(who, fresh.said);
    const auto more = who.str().size() + fresh.said.size() + key.size();
    const auto spared = may_ask ? 0 : most_kept_text / 2; // strangers blind us to nobody
    if (entities_.size() >= most_entities || !has_share(who.bare(), more + idle_text(key)))
        return false;
    const auto share = shares_.find(who.bare());
    if (share != shares_.end() && share->second.entities >= most_entities_of_one) return false;
    if (!make_room(more + spared)) return false;
    charge(who.bare(), who.str().size() + fresh.said.size());
    ++shares_[who.bare()].entities;
    known = entities_.emplace(who, std::move(fresh)).first;
    attach(known, key, may_ask);
    return known->second.version->second.text.has_value();
}

void CapabilitiesCache::attach(Entities::iterator entity, const std::string& key, bool may_ask) {
    const auto [version, added] = versions_.try_emplace(key);
    if (added) {
        if (is_own_key(key)) version->second.payer = entity->first.bare();
        charge(version->second.payer, key.size());
    }
    entity->second.version = version;
    auto& entry = version->second;
    entry.users.insert(&entity->first);
    if (entry.text) {
        if (entry.place != 0) bill(entry, entity->first.bare());
        idle_.erase(std::exchange(entry.place, 0));
    } else if (may_ask) {
        entry.waiting.insert(&entity->first);
        enqueue(version);
    }
}

void CapabilitiesCache::detach(Entities::iterator entity) {
    const auto version = entity->second.version;
    auto& entry = version->second;
    entry.users.erase(&entity->first);
    entry.waiting.erase(&entity->first);
    if (entry.waiting.empty()) dequeue(version);
    if (entry.users.empty()) rest(version);
    const auto who = entity->first.bare();
    --shares_[who].entities;
    refund(who, entity->first.str().size() + entity->second.said.size());
    entities_.erase(entity);
}

// By text those with a resource stand side by side; what has none stands apart.
std::vector<const Jid*> CapabilitiesCache::resources(const Jid& who) const {
    std::vector<const Jid*> found;
    if (const auto at = entities_.find(who); at != entities_.end()) found.push_back(&at->first);
    if (!who.is_bare()) return found;
    const auto prefix = who.str() + '/';
    for (auto at = entities_.lower_bound(std::string_view{prefix});
         at != entities_.end() && at->first.str().starts_with(prefix); ++at)
        found.push_back(&at->first);
    return found;
}

void CapabilitiesCache::left(const Jid& who) {
    for (const auto* each : resources(who)) detach(entities_.find(*each));
}

void CapabilitiesCache::forget_everybody() {
    while (!entities_.empty()) detach(entities_.begin());
}

// --- versions ------------------------------------------------------------------------------------

void CapabilitiesCache::enqueue(Versions::iterator version) {
    auto& entry = version->second;
    if (entry.place != 0 || entry.asking || entry.waiting.empty()) return;
    entry.place = ++last_place_;
    queue_.emplace(entry.place, version);
}

void CapabilitiesCache::dequeue(Versions::iterator version) {
    if (!version->second.text) queue_.erase(std::exchange(version->second.place, 0));
}

void CapabilitiesCache::drop(Versions::iterator version) {
    const auto& key = version->first;
    refund(is_own_key(key) ? version->second.payer : Jid{}, key.size());
    refund(version->second.payer, version->second.text.value_or("").size());
    queue_.erase(version->second.place);
    idle_.erase(version->second.place);
    versions_.erase(version);
}

// Nobody who is there has announced it.  What one alone has said goes with it.
void CapabilitiesCache::rest(Versions::iterator version) {
    if (!version->second.text || is_own_key(version->first)) return drop(version);
    bill(version->second, {});
    version->second.place = ++last_place_;
    idle_.emplace(version->second.place, version);
    if (idle_.size() > most_idle_versions) drop(idle_.begin()->second);
}

// What nobody uses makes room, the oldest first.
bool CapabilitiesCache::make_room(std::size_t more) {
    while (text_ + more > most_kept_text && !idle_.empty()) drop(idle_.begin()->second);
    return text_ + more <= most_kept_text;
}

// Nobody's is what no share counts.
bool CapabilitiesCache::has_share(const Jid& payer, std::size_t more) const {
    const auto share = shares_.find(payer);
    const auto used = !payer || share == shares_.end() ? 0 : share->second.text;
    return used + more <= most_text_of_one;
}

void CapabilitiesCache::charge(const Jid& payer, std::size_t bytes) {
    text_ += bytes;
    if (payer) shares_[payer].text += bytes;
}

void CapabilitiesCache::refund(const Jid& payer, std::size_t bytes) {
    text_ -= bytes;
    const auto share = shares_.find(payer);
    if (share == shares_.end()) return;
    share->second.text -= bytes;
    if (share->second.text == 0 && share->second.entities == 0) shares_.erase(share);
}

// Its text, when it is known, is in this share from now on.
void CapabilitiesCache::bill(Version& version, const Jid& payer) {
    const auto bytes = version.text.value_or("").size();
    refund(version.payer, bytes);
    charge(payer, bytes);
    version.payer = payer;
}

// What comes into the share of who announces it.
std::size_t CapabilitiesCache::idle_text(const std::string& key) const {
    const auto known = versions_.find(key);
    const bool idle = known != versions_.end() && known->second.text && known->second.place != 0;
    return idle ? known->second.text->size() : 0;
}

bool CapabilitiesCache::set_text(Versions::iterator version,
                                 const std::string& text,
                                 const Jid& payer) {
    if (!has_share(payer, text.size()) || !make_room(text.size())) return false;
    dequeue(version);
    version->second.waiting.clear();
    version->second.text = text;
    version->second.payer = payer;
    charge(payer, text.size());
    if (version->second.users.empty()) rest(version);
    return true;
}

bool CapabilitiesCache::learn(const std::string& text) {
    if (text.size() > longest_verification) return false;
    const auto key = sha1_base64(text);
    if (versions_.contains(key) || !make_room(key.size() + text.size())) return false;
    charge({}, key.size());
    return set_text(versions_.try_emplace(key).first, text, {});
}

// --- asking --------------------------------------------------------------------------------------

std::optional<CapabilitiesCache::Question> CapabilitiesCache::next() {
    if (queue_.empty()) return std::nullopt;
    const auto version = queue_.begin()->second;
    dequeue(version);
    auto& entry = version->second;
    const auto* whom = *entry.waiting.begin();
    entry.waiting.erase(entry.waiting.begin());
    entry.asking = true;
    const auto& entity = entities_.at(*whom);
    return Question{*whom, entity.said.substr(entity.node_at), version->first};
}

std::vector<Jid> CapabilitiesCache::answered(const Question& question, const DiscoInfo* info) {
    if (const auto asked = versions_.find(question.key); asked != versions_.end())
        asked->second.asking = false;
    std::vector<Jid> told;
    if (info != nullptr) {
        const auto made = verification_string(*info);
        if (made.text.size() <= longest_verification) {
            const bool good = made.well_formed && sha1_base64(made.text) == question.key;
            told = good ? verified(question, made.text) : said_alone(question, made.text);
        }
    }
    if (const auto asked = versions_.find(question.key);
        asked != versions_.end() && !asked->second.text)
        enqueue(asked);
    return told;
}

// Good for all who have announced it, and will.
std::vector<Jid> CapabilitiesCache::verified(const Question& question, const std::string& text) {
    const auto known = versions_.find(question.key);
    if (known == versions_.end()) {
        learn(text);
        return {};
    }
    if (known->second.text || !set_text(known, text, question.whom.bare())) return {};
    std::vector<Jid> told;
    for (const auto* who : known->second.users) told.push_back(*who);
    return told;
}

// Counts for the one who was asked, if that one still announces the same.
std::vector<Jid> CapabilitiesCache::said_alone(const Question& question, const std::string& text) {
    const auto entity = entities_.find(question.whom);
    if (entity == entities_.end() || entity->second.version->first != question.key) return {};
    const auto own = own_key(question.whom, entity->second.said);
    if (!make_room(own.size() + text.size())) return {};
    const auto before = entity->second.version;
    if (before->first != own) {
        before->second.users.erase(&entity->first);
        attach(entity, own, false);
        if (before->second.users.empty()) rest(before);
    }
    if (entity->second.version->second.text ||
        !set_text(entity->second.version, text, question.whom.bare()))
        return {};
    return {question.whom};
}

// --- what is known -------------------------------------------------------------------------------

const std::string* CapabilitiesCache::find(const Jid& who) const {
    const auto known = entities_.find(who);
    if (known == entities_.end() || !known->second.version->second.text) return nullptr;
    return &*known->second.version->second.text;
}

std::vector<const std::string*> CapabilitiesCache::find_all(const Jid& who) const {
    std::vector<const std::string*> found;
    for (const auto* each : resources(who)) {
        if (const auto* text = find(*each)) found.push_back(text);
    }
    return found;
}

std::string CapabilitiesCache::saved() const {
    std::string all{first_saved_line};
    all += '\n';
    for (const auto& [key, version] : versions_) {
        if (version.text && !is_own_key(key)) all += escape_line(*version.text) + '\n';
    }
    return all;
}

std::size_t CapabilitiesCache::load(std::string_view text) {
    std::size_t taken = 0;
    bool first = true;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (std::exchange(first, false)) {
            if (line != first_saved_line) return 0;
            continue;
        }
        const auto read = unescape_line(line);
        if (read && learn(*read)) ++taken;
    }
    return taken;
}

} // namespace headstock::detail
