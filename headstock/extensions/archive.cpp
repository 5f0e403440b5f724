#include "headstock/extensions/archive.hpp"

#include "headstock/extensions/disco.hpp"

#include <algorithm>
#include <utility>

namespace headstock {
namespace {

constexpr std::string_view extended_archive = "urn:xmpp:mam:2#extended";
constexpr std::size_t most_archive_offers = 100;   // archives whose abilities are known
constexpr std::size_t most_archive_fields = 100;   // of the form of each
constexpr std::size_t longest_archive_field = 256; // bytes of its name
constexpr std::size_t most_empty_pages = 100;      // in a row

bool is_newest_first(const ArchiveQuery& query) {
    return query.order == ArchiveOrder::newest_first;
}

std::set<std::string> archive_field_names(const DataForm& form) {
    std::set<std::string> names;
    for (const auto& field : form.fields) {
        const auto name = field.var.value_or("");
        if (name.size() <= longest_archive_field && names.size() < most_archive_fields)
            names.insert(name);
    }
    return names;
}

} // namespace

struct Archive::Running {
    ArchiveQuery query{};
    OnResult on_result{};
    OnEnd on_end{};
    ArchiveEnd end{};
    std::string cursor{}; ///< Behind it the next page begins, in the order of the query.
    std::string edge{};   ///< The last id of this page, in that order.
    std::uint64_t in_page = 0;
    std::size_t empty_pages = 0;
    PageLoop loop{};
    std::uint64_t asked = 0; ///< The number of the request that is awaited; 0: none is.
    std::string page_id{};   ///< Of the last one for a page.
    bool in_pages = false;   ///< It is one for a page.
    bool whole = false;      ///< We were there to see the end of the page.
    bool paused = false;
    bool waiting = false; ///< For the end of the pause.
    bool cut = false;     ///< Results beyond the limit were left out.
    bool turns = false;   ///< Pages come oldest first, and are to be given the other way round.
    std::vector<ArchivedMessage> held{}; ///< Of such a page.

    bool is_full() const { return query.limit != 0 && end.results + held.size() >= query.limit; }
    std::uint64_t page_size() const {
        const auto size = std::max<std::uint64_t>(query.page_size, 1);
        return query.limit == 0 ? size : std::min(size, query.limit - end.results);
    }
    // Ids of results that came count before what the archive says of its page: it is not agreed
    // which is the first of one that is turned.  Where all were passed over, only that is left.
    std::string next_place(const ArchiveFin& fin) const {
        if (!edge.empty()) return edge;
        if (!fin.page) return {};
        const auto first = fin.page->first ? fin.page->first->id : std::string{};
        return is_newest_first(query) ? first : fin.page->last.value_or("");
    }
};

Archive::Archive(std::string language) : language_(std::move(language)) {}
Archive::~Archive() { end_all("the Archive was destroyed"); }

// Of a client that was destroyed nobody is told (contract 9 of handlers.hpp).
void Archive::end_all(const char* why) {
    const auto client = std::exchange(client_, {});
    const auto left = std::exchange(running_, {});
    for (const auto& [id, run] : left) {
        if (client.get() == nullptr) return;
        run->end.failure = Error{Errc::session_over, why};
        if (run->on_end) run->on_end(run->end);
    }
}

void Archive::ready(ClientApi& client) {
    if (serving_.begin(client) != Serves::as_before) {
        const Link self{*this, lifetime_};
        end_all("the Archive serves another client by now");
        if (self.get() == nullptr) return;
        offers_.clear();
    }
    client_ = client.link();
    own_ = client.jid();
}

// What is paused has nobody else to end it.
void Archive::cleanup() { end_all("the client has ended, and with it a query of an archive"); }

// --- the program's side --------------------------------------------------------------------------

Delivery Archive::ask(ArchiveQuery query, OnResult on_result, OnEnd on_end) {
    if (client_.get() == nullptr) return no_session("Archive");
    query.of = query.of.bare() == serving_.account() ? Jid{} : query.of.bare();
    auto run = std::make_shared<Running>();
    run->cursor = run->end.go_on_at = query.beginning();
    run->query = std::move(query);
    run->on_result = std::move(on_result);
    run->on_end = std::move(on_end);
    auto id = new_id();
    running_.emplace(id, run);
    auto sent = advance(id, *run);
    if (!sent) {
        running_.erase(id);
        return sent;
    }
    sent.id = std::move(id);
    return sent;
}

bool Archive::cancel(std::string_view query) {
    const auto found = running_.find(query);
    if (found == running_.end()) return false;
    const auto run = found->second; // one of its functions may be what calls this
    running_.erase(found);
    cancel_request(*run);
    return true;
}

void Archive::cancel_request(const Running& run) const {
    auto* client = client_.get();
    if (client == nullptr || run.asked == 0) return;
    Delivery asked;
    asked.number = run.asked;
    client->cancel(asked);
}

bool Archive::pause(std::string_view query) {
    const auto run = find(query);
    if (run) run->paused = true;
    return run != nullptr;
}

bool Archive::go_on(std::string_view query) {
    const auto run = find(query);
    if (!run) return false;
    run->paused = false;
    if (std::exchange(run->waiting, false)) proceed(std::string{query});
    return true;
}

Archive::Run Archive::find(std::string_view id) const {
    const auto found = running_.find(id);
    return found == running_.end() ? nullptr : found->second;
}

// --- asking for a page, and before the first for what the archive can do -------------------------

Archive::Offer& Archive::offer_of(const Jid& archive) {
    if (offers_.size() >= most_archive_offers && !offers_.contains(archive)) offers_.clear();
    return offers_[archive];
}

template <class Q, class T, class F>
Delivery Archive::look_up(const std::string& id, Running& run, const Q& question, F came) {
    auto* client = client_.get();
    const auto answered = [self = link(), id, came](const Answer<T>& answer) {
        auto* archive = self.get();
        const auto asker = archive == nullptr ? nullptr : archive->find(id);
        if (!asker) return;
        asker->asked = 0;
        if (answer.failure() != nullptr) return archive->fail(id, *answer.failure());
        if (came(archive->offer_of(asker->query.of), answer)) return archive->proceed(id);
        asker->end.refusal = *answer.refusal();
        archive->finish(id);
    };
    auto sent = client->request(run.query.of ? Address{run.query.of} : Address{serving_.account()},
                                question, answered, run.query.timeout);
    run.asked = sent.number;
    return sent;
}

Delivery Archive::advance(const std::string& id, Running& run) {
    const auto& offer = offer_of(run.query.of);
    const auto wanted = run.query.optional_fields();
    if (!wanted.empty() && !offer.fields) {
        const auto came = [](Offer& into, const Answer<ArchiveForm>& answer) {
            if (answer) into.fields = archive_field_names(answer->form);
            return static_cast<bool>(answer);
        };
        return look_up<ArchiveFormQuery, ArchiveForm>(id, run, {}, came);
    }
    for (const auto& field : wanted) {
        if (!offer.fields->contains(field.var.value_or("")))
            return not_sent({Errc::invalid_option, "the archive cannot be asked by the field \"" +
                                                       field.var.value_or("") +
                                                       "\": it is not in its form"});
    }
    if (is_newest_first(run.query) && !offer.extended) {
        const auto came = [](Offer& into, const Answer<DiscoInfo>& answer) {
            into.extended = answer && answer->has_feature(extended_archive); // a no is one
            return true;
        };
        return look_up<DiscoInfoQuery, DiscoInfo>(id, run, {}, came);
    }
    return ask_page(id, run);
}

Delivery Archive::ask_page(const std::string& id, Running& run) {
    const bool backwards = is_newest_first(run.query);
    ArchivePageQuery question{.query_id = id, .form = run.query.filter()};
    question.flipped = backwards && *offer_of(run.query.of).extended;
    auto& page = question.page.emplace();
    page.max = run.page_size();
    if (backwards)
        page.before = run.cursor; // empty: the last page
    else if (!run.cursor.empty())
        page.after = run.cursor;
    run.turns = backwards && !question.flipped;
    run.in_page = 0;
    run.edge.clear();
    const auto answered = [self = link(), id](const Answer<ArchiveFin>& answer) {
        if (auto* archive = self.get()) archive->page_answered(id, answer);
    };
    auto sent =
        client_.get()->request(iq_set(run.query.of).add(question), answered, run.query.timeout);
    run.asked = sent.number;
    run.in_pages = static_cast<bool>(sent);
    run.page_id = sent.id;
    run.whole = false;
    return sent;
}

void Archive::proceed(const std::string& id) {
    const auto run = find(id);
    if (!run || (run->waiting = run->paused)) return;
    if (client_.get() == nullptr) return fail(id, no_session("Archive").error);
    if (auto sent = advance(id, *run); !sent) fail(id, std::move(sent.error));
}

// --- what comes ----------------------------------------------------------------------------------

// No `from` means our own account (RFC 6120 8.1.2.1).
bool Archive::is_from(const Tag& message, const Jid& of) const {
    if (!message.has_attribute("from")) return !of;
    const auto& archive = of ? of : serving_.account();
    return message.attribute("from") == archive.str() || from(message) == archive;
}

// `ok`: it is what was asked for, whoever sends it.
std::optional<Ok> Archive::result(const Element& result, const Tag& message) {
    const auto found = running_.find(result.attribute("queryid"));
    if (found == running_.end()) return std::nullopt;
    const auto run = found->second; // its function may cancel it, or destroy this
    if (!run->in_pages || !is_from(message, run->query.of)) return std::nullopt;
    if (!run->turns && run->is_full()) { // of a page that is turned, those too many are the newest
        run->cut = true;
        return ok;
    }
    const auto* client = client_.get();
    const auto& language = language_.empty() && client ? client->language() : language_;
    auto item = ArchivedMessage::of(result, own_, run->query.of, language);
    ++run->in_page;
    if (!item.id.empty()) run->edge = item.id;
    if (run->turns) {
        hold(found->first, *run, std::move(item));
    } else {
        give(*run, item);
    }
    return ok;
}

// Only the answer to what was asked comes so far.
void Archive::page_end(const Tag&, const Tag& iq) {
    for (const auto& [id, run] : running_) {
        if (run->in_pages && run->page_id == iq.attribute("id")) run->whole = true;
    }
}

void Archive::give(Running& run, const ArchivedMessage& item) {
    auto& end = run.end;
    if (end.results++ == 0) end.first_id = item.id;
    if (!item.id.empty()) end.last_id = end.go_on_at = item.id;
    if (run.on_result) run.on_result(item);
}

// The edge of a page that is to be turned is what came first.
void Archive::hold(const std::string& id, Running& run, ArchivedMessage item) {
    if (run.held.size() >= run.page_size())
        return fail(std::string{id}, {Errc::policy_violation,
                                      "the archive sends more in a page than was asked for"});
    run.held.push_back(std::move(item));
    run.edge = run.held.front().id;
}

// --- the end of a page ---------------------------------------------------------------------------

void Archive::page_answered(const std::string& id, const Answer<ArchiveFin>& answer) {
    const auto run = find(id);
    if (!run) return;
    run->asked = 0;
    run->in_pages = false;
    if (answer.failure() != nullptr) return fail(id, *answer.failure());
    if (answer.refusal() != nullptr) {
        run->end.refusal = *answer.refusal();
        return finish(id);
    }
    if (!run->whole)
        return fail(id, {Errc::session_over, "the Archive was unregistered while a page came"});
    if (!answer->stable) run->end.stable = false;
    if (answer->page && answer->page->count) run->end.count = answer->page->count;
    if (give_held(id, run)) page_over(id, *answer);
}

// False when a function has ended the query, or this object.
bool Archive::give_held(const std::string& id, const Run& run) {
    const auto self = link();
    while (!run->held.empty()) {
        const auto item = std::move(run->held.back());
        run->held.pop_back();
        give(*run, item);
        if (self.get() == nullptr || find(id) != run) return false;
    }
    return true;
}

void Archive::page_over(const std::string& id, const ArchiveFin& fin) {
    auto& run = *find(id);
    auto next = run.next_place(fin);
    run.empty_pages = run.in_page == 0 ? run.empty_pages + 1 : 0;
    if ((fin.complete && !run.cut) || next.empty()) return complete(id);
    run.end.go_on_at = next;
    if (run.is_full()) return finish(id);
    if (run.empty_pages >= most_empty_pages || run.loop.returns_to(next))
        return fail(id, {Errc::policy_violation,
                         "the archive has no end: its pages repeat, or bring nothing"});
    run.cursor = std::move(next);
    proceed(id);
}

void Archive::complete(const std::string& id) {
    find(id)->end.complete = true;
    finish(id);
}

void Archive::fail(const std::string& id, Error why) {
    find(id)->end.failure = std::move(why);
    finish(id);
}

void Archive::finish(const std::string& id) {
    const auto node = running_.extract(id);
    const auto run = node.mapped();
    cancel_request(*run);
    if (run->on_end) run->on_end(run->end);
}

} // namespace headstock
