#include "headstock/dispatch/dispatcher.hpp"

#include "headstock/base/out_of_memory.hpp"
#include "headstock/dispatch/senders.hpp"
#include "headstock/dispatch/threaded_call.hpp"
#include "headstock/ns.hpp"
#include "headstock/text/address.hpp"
#include "headstock/text/concat.hpp"

#include <iterator>
#include <utility>

namespace headstock::detail {

using bridge::Demand;

namespace {

// Looked for where nobody wants a presence, so without its tag.
bool is_ill_typed_presence(const bridge::StartTag& start, StanzaKind kind) {
    if (kind != StanzaKind::presence) return false;
    const auto* type = start.find_attribute("type");
    return type != nullptr && !stanza_type(kind, std::string_view{type});
}

} // namespace

void Dispatcher::abandon_stanza() {
    waiting_.clear();
    deferred_.clear();
    stanza_ = nullptr;
    ill_typed_ = false;
}

// --- at a start tag ------------------------------------------------------------------------------

// An iq is always looked at: a request is owed an answer, and an answer completes a request.
bool Dispatcher::nobody_wants(const Bucket& stanza) const {
    return stanza.kind != StanzaKind::iq && !reaches(stanza, 1) && !registry_.has_anywhere() &&
           !unhandled_;
}

void Dispatcher::reset() {
    stanza_ = nullptr;
    built_ = nullptr;
    forged_ = forgery_ = believed_ = guarded_payload_ = taken_ = threw_ = crowded_ = false;
    forged_depth_ = hidden_depth_ = 0;
    unparsed_.reset();
    request_ = 0;
    request_builds_ = false;
    from_.reset();
    from_account_.reset();
    received_.before = received_before_;
    ++number_;
}

std::optional<Demand> Dispatcher::begin(bridge::StartTag& start) {
    registry_.refresh();
    const auto& bucket = this->bucket(start);
    if (bucket.kind == StanzaKind::none) return std::nullopt;
    stanza_ = nullptr;
    if (nobody_wants(bucket) && !is_ill_typed_presence(start, bucket.kind)) return Demand::skip;
    reset();
    const auto& tag = start.tag();
    kind_ = bucket.kind;
    const auto type = stanza_type(tag, kind_);
    if (!type) return refuse_start(tag);
    type_ = *type;
    answers_.begin(kind_ == StanzaKind::iq && is_request());
    if (kind_ == StanzaKind::iq && !admit_answer(tag)) return Demand::skip;
    const auto demand = demand_for(start, bucket) | stanza_demand(bucket);
    if (demand != Demand::skip) stanza_ = &tag;
    return demand;
}

// RFC 6120 8.2.3, RFC 6121 4.7.1: bad-request, once the stanza is known to be whole.  An answer to
// an iq is found by its id, so without one there can be none.
std::optional<Demand> Dispatcher::refuse_start(const Tag& tag) {
    outlet_.tell_dropped("dropped: not a stanza of a known kind and type");
    ill_typed_ = kind_ != StanzaKind::iq || tag.has_attribute("id");
    return ill_typed_ ? Demand::at_end : Demand::skip;
}

Demand Dispatcher::decide(bridge::StartTag& start) {
    if (stanza_ == nullptr) return Demand::skip; // it was dropped, and is only passed by
    const auto& bucket = this->bucket(start);
    const auto depth = start.depth();
    if (depth == 2) guarded_payload_ = bucket.guard == Guard::name;
    const bool wanted =
        bucket.guard != Guard::none || reaches(bucket, depth) || registry_.has_anywhere();
    return wanted ? look_inside(start, bucket) : Demand::skip;
}

inline Demand Dispatcher::look_inside(bridge::StartTag& start, const Bucket& bucket) {
    const auto depth = start.depth();
    if (depth <= forged_depth_) forged_depth_ = 0; // that element has ended
    if (depth <= hidden_depth_) hidden_depth_ = 0;
    if (bucket.guard != Guard::none && !from_account() && is_forged(start, bucket.guard))
        refuse_forged(start, bucket.guard);
    const auto demand = demand_for(start, bucket);
    if (bucket.hides && hidden_depth_ == 0) hidden_depth_ = depth;
    return demand;
}

// Contract 5: a result or error must answer a request of ours, by id and sender.
bool Dispatcher::admit_answer(const Tag& tag) {
    if (!tag.has_attribute("id")) {
        outlet_.tell_dropped("dropped: an iq without an id");
        return false;
    }
    if (is_request()) return true;
    const auto* pending =
        requests_.find(tag.attribute("id"), tag.attribute("from"), tag.attribute("to"), own());
    if (pending == nullptr) {
        outlet_.tell_dropped(
            concat({"dropped: an iq ", to_string(type_), " that answers no request of ours"}));
        return false;
    }
    request_ = pending->number;
    request_builds_ = pending->callback && (pending->keeps_answer || type_ == StanzaType::error);
    if (is_account(pending->to, own()))
        from_account_ = true; // our account or server answers for it
    return true;
}

// What the stanza as such is needed for, whatever rows match its own name.
inline Demand Dispatcher::stanza_demand(const Bucket& bucket) const {
    auto demand = Demand::skip;
    if (bucket.whole_types & type_bit(type_)) demand = demand | Demand::build | Demand::at_end;
    if (registry_.anywhere_builds()) demand = demand | Demand::build | Demand::at_end;
    if (registry_.has_anywhere() || (bucket.pass_types & type_bit(type_)))
        demand = demand | Demand::at_end;
    if (is_request() && kind_ == StanzaKind::iq)
        demand = demand | Demand::at_end; // an answer is owed
    if (request_ != 0) demand = demand | Demand::at_end;
    if (request_builds_) demand = demand | Demand::build;
    if (unhandled_) demand = demand | Demand::at_end;
    if (unhandled_ && (unhandled_->row.wants_subtree || unhandled_->row.wants_stanza))
        demand = demand | Demand::build;
    return demand;
}

Demand Dispatcher::demand_for(bridge::StartTag& start, const Bucket& bucket) {
    const auto depth = start.depth();
    auto demand = Demand::skip;
    if (depth < 32 && (bucket.passes & (1u << depth))) demand = Demand::look;
    if (depth > 1 && registry_.has_anywhere() && !bucket.hides) demand = Demand::look;
    for (auto* entry : bucket.ends) {
        if (!matches(*entry, start)) continue;
        waiting_.push_back({entry, depth});
        demand = demand | entry->demand;
    }
    return demand;
}

inline bool Dispatcher::matches(Entry& entry, bridge::StartTag& start) {
    if (!entry.alive || (entry.types & type_bit(type_)) == 0) return false;
    const auto depth = start.depth();
    const bool fits = entry.depth == 0 ? depth > 1 : entry.depth == depth && entry.kind == kind_;
    if (!fits || (entry.winding && !leads_to(entry, start.tag(), depth))) return false;
    if (forged_depth_ != 0 && entry.row.match.sender != Sender::anyone) return false;
    return !entry.narrow || suits(entry, depth == 1 ? start.tag() : *stanza_);
}

// Found out once a stanza: it may hold many elements that the row matches, and have a sender that
// takes long to compare.
bool Dispatcher::suits(Entry& entry, const Tag& stanza) {
    if (std::exchange(entry.judged_in, number_) != number_)
        entry.suits = takes_from_here(entry, stanza);
    return entry.suits;
}

// Whether the steps between the first and the last match.  Those two do: the bucket was found by
// the name of the last, and the first is the kind of the stanza.
bool Dispatcher::leads_to(const Entry& entry, const Tag& tag, std::size_t depth) const {
    if (entry.depth == 0) return hidden_depth_ == 0;
    const Tag* at = &tag;
    for (auto i = depth - 1; i-- > 1;) {
        at = &at->parent();
        const auto& step = entry.row.match.path.step[i];
        if (at->ns() != step.ns) return false;
        if (!step.local.empty() && at->local_name() != step.local) return false;
    }
    return true;
}

bool Dispatcher::takes_from_here(const Entry& entry, const Tag& stanza) {
    const auto& match = entry.row.match;
    if (!entry.id.empty() && stanza.attribute("id") != entry.id) return false;
    if (!from_) { // once: a stanza may have many attributes, and be compared with a hundred rooms
        from_ = stanza.attribute("from");
        from_number_ = local_number(*from_);
    }
    if (entry.one_sender && entry.sender_number != from_number_ && !from_->empty()) return false;
    return is_sender(match.sender, match.jid, *from_, own());
}

// --- at an end tag -------------------------------------------------------------------------------

void Dispatcher::complete(const bridge::Parser::Event& event) {
    if (event.depth > 1) {
        run_inner(event.depth, *event.element);
    } else if (stanza_ != nullptr) {
        finish_stanza(event);
    } else if (ill_typed_) {
        refuse_type(*event.element);
    }
}

void Dispatcher::refuse_type(const Element& stanza) {
    ill_typed_ = false;
    answers_.begin(true);
    answers_.refuse(stanza, {Condition::bad_request});
}

void Dispatcher::run_inner(std::size_t depth, const Element& element) {
    auto first = waiting_.end();
    while (first != waiting_.begin() && std::prev(first)->depth == depth) --first;
    for (auto at = first; at != waiting_.end(); ++at) {
        if (has(at->entry->demand, Demand::hold)) {
            deferred_.push_back({at->entry, depth, &element});
        } else {
            call(*at->entry, element);
        }
    }
    waiting_.erase(first, waiting_.end());
}

inline void Dispatcher::finish_stanza(const bridge::Parser::Event& event) {
    if (event.built) built_ = event.element;
    for (std::size_t i = 0; i < deferred_.size(); ++i)
        call(*deferred_[i].entry, *deferred_[i].element);
    deferred_.clear();
    run_outer(*event.element);
    waiting_.clear();
    finish_request(*event.element);
    run_unhandled(*event.element);
    answer_if_owed();
    if (forgery_) tell_forgery();
    stanza_ = nullptr;
}

// Rows first, then the functions of register_on_iq.
inline void Dispatcher::run_outer(const Element& element) {
    bool more = false;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
        if (waiting_[i].entry->waiter) {
            more = true;
        } else {
            call(*waiting_[i].entry, element);
        }
    }
    for (std::size_t i = 0; more && i < waiting_.size(); ++i) {
        if (waiting_[i].entry->waiter) call(*waiting_[i].entry, element);
    }
}

void Dispatcher::call(Entry& entry, const Element& element) {
    if (!entry.alive || (forged_ && entry.row.match.sender != Sender::anyone)) return;
    if (slow_.asked_for()) return call_and_watch(entry, element);
    call_now_or_later(entry, element);
}

void Dispatcher::call_now_or_later(Entry& entry, const Element& element) {
    if (entry.row.copies()) return call_with_copies(entry, element);
    bool called = true;
    // What it returned is turned into XML here too: text that XML cannot carry is the row's
    // mistake.
    const bool good = catching(entry.row.name, [&] { called = call_now(entry, element); });
    note_call(entry, good, called);
}

// A threaded row among them.
void Dispatcher::call_with_copies(Entry& entry, const Element& element) {
    const auto size = may_copy(entry, element);
    if (!size) return;
    bool called = true;
    const bool good = catching(entry.row.name, [&] {
        if (entry.row.match.threaded) return call_later(entry, element, *size);
        called = call_now(entry, element);
    });
    note_call(entry, good, called);
}

inline void Dispatcher::note_call(Entry& entry, bool good, bool called) {
    if (!good) threw_ = true;
    if (!called) return;
    taken_ = true;
    if (entry.row.match.once) registry_.retire(entry);
}

// False when its payload did not parse.
inline bool Dispatcher::call_now(const Entry& entry, const Element& element) {
    const Given given{element, *stanza_, built_, *this, client_};
    if (entry.row.call.plain == nullptr) return call_for_outcome(entry, given);
    entry.row.call.plain(entry.object, given);
    if (acknowledges(entry) && answers_.owed())
        answers_.deliver(entry.row.name, *stanza_, Outcome{ok});
    return true;
}

// Of a payload that did not parse nothing is said before the end: the row was not called, and
// another may read the element differently.
bool Dispatcher::call_for_outcome(const Entry& entry, const Given& given) {
    auto outcome = entry.row.call.full(entry.object, given);
    if (const auto* error = std::get_if<PayloadError>(&outcome)) {
        answers_.pass_over(entry.row.name, *error);
        if (is_request() && !unparsed_) unparsed_ = *error;
        return false;
    }
    if (std::holds_alternative<NotCalled>(outcome)) return false;
    if (is_belief(entry, outcome)) return true;
    if (acknowledges(entry) && answers_.owed()) outcome = ok;
    answers_.deliver(entry.row.name, *stanza_, std::move(outcome));
    return true;
}

// A row that gives nothing back leaves the answer to others.
void Dispatcher::call_later(const Entry& entry, const Element& element, std::size_t size) {
    const bool acknowledges = this->acknowledges(entry);
    const bool answers = acknowledges || !entry.row.returns_nothing;
    auto call = std::make_shared<ThreadedCall>(
        entry, element, *stanza_, entry.row.wants_stanza ? built_ : nullptr, reader_,
        answers ? answers_ : Answers{outlet_}, outlet_, acknowledges, size);
    outlet_.start(std::move(call));
    if (answers) answers_.claim();
}

// A roster push that is taken is answered, though its row has nothing to say.
bool Dispatcher::acknowledges(const Entry& entry) const {
    return type_ == StanzaType::set && guarded_payload_ && entry.row.returns_nothing &&
           entry.row.match.path.inside_stanza();
}

void Dispatcher::finish_request(const Element& element) {
    if (request_ == 0) return;
    const bool refused = type_ == StanzaType::error;
    std::optional<StanzaError> refusal;
    if (refused) refusal = StanzaError::of(element);
    const auto pending =
        requests_.take(request_); // from here on nothing but the callback may throw
    if (!pending) return;
    taken_ = taken_ || pending->callback || pending->cancelled;
    if (!pending->callback) return;
    run_user("a request's callback", [&] {
        pending->callback(Response{element, refusal ? &*refusal : nullptr, nullptr});
    });
}

inline void Dispatcher::run_unhandled(const Element& element) {
    if (const auto entry = unhandled_; entry && !taken_ && !forged_) call(*entry, element);
}

void Dispatcher::answer_if_owed() {
    if (!answers_.owed()) return;
    if (threw_) {
        answers_.refuse(*stanza_, {Condition::internal_server_error});
    } else if (crowded_) {
        answers_.refuse(*stanza_, {Condition::resource_constraint});
    } else if (unparsed_) {
        answers_.refuse(*stanza_, {Condition::bad_request, unparsed_->message()});
    } else {
        answers_.refuse(*stanza_, {Condition::service_unavailable});
    }
}

void Dispatcher::report(std::string_view row, const std::exception_ptr& error) {
    if_memory_allows([&] { outlet_.note(concat({"an exception left ", row})); });
    try {
        const auto f = on_exception_; // it may replace itself
        if (f) (*f)(row, error);
    } catch (...) {
        if_memory_allows([&] { outlet_.note("the function given to on_exception threw itself"); });
    }
}

Reply Dispatcher::take_reply() {
    if (!answers_.owed()) return {};
    auto reply = outlet_.make_reply(*stanza_); // before the claim: what throws owes nothing
    answers_.claim();
    return reply;
}

} // namespace headstock::detail
