// The incremental pull parser over Expat: bytes in, elements out one at a time, memory bounded.
//
// Expat is seen in parser's .cpp files only.  Nothing here knows XMPP: who owns a Parser decides,
// tag by tag, what is worth building (Demand), and is handed what it asked for by next().
#pragma once

#include "bridge/element.hpp"
#include "bridge/error.hpp"
#include "bridge/export.hpp"
#include "bridge/name.hpp"
#include "bridge/tag.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace bridge {

namespace detail {
class TreeBuilder;
} // namespace detail

/// The most a peer can make a Parser hold.  Counts are of one element; a breach is
/// ParseFault::limit_exceeded.
struct Limits {
    /// Bytes held at any moment: what was built and is not yet released, names included, what waits
    /// for the rest of a token, and what Expat allocated since it was made.  What the heap gives
    /// for all that is never more than one and a half times as much: a text that grows is copied to
    /// a longer place, so one that is longer than five eighths of the limit may pass it.
    std::size_t held_bytes = 4u << 20;
    /// Elements open at once, the root included.
    std::size_t depth = 100;
    /// Attributes of one element, namespace declarations included.
    std::size_t attributes = 256;
    /// Bytes of the name of one namespace.  In a tag of more than 8 KiB they are counted as they
    /// come, in which references are longer than what they stand for.  Expat reads the whole name
    /// again for every attribute with its prefix, and a copy or a text of an element may hold it
    /// again at every tag: without a limit that is the square of what came.
    std::size_t namespace_bytes = 512;
    /// Where a longer one is declared inside the root of a stream, the element of depth 1 around
    /// it, or that declares it, is passed over to its end (ParserEvent::passed_over) instead of
    /// refused.
    bool pass_over_long_namespaces = false;
    /// Bytes of one element of depth 1 as they come, tags included, whether anything of it is held
    /// or not.  They are counted by what Expat is given: the breach shows in the piece of 8 KiB, or
    /// the one tag, that passes it, and an element that ends in that piece is let through.
    std::uint64_t element_bytes = std::uint64_t{4} << 30;
};

/// What the documents may contain beyond plain elements.
enum class Dialect : std::uint8_t {
    stream, ///< RFC 6120: no comment, no processing instruction, no DOCTYPE, and no text but white
            ///< space directly inside the root
    document, ///< comments and processing instructions are passed over, no DOCTYPE
};

/// A small number that a Parser gives to every distinct element name, counted from 0.  It stays the
/// same until Demands::names_forgotten() says otherwise, over restarts too.  A table indexed by it
/// finds what is wanted with no further hash.
using NameId = std::uint32_t;

/// What is wanted of an element that has just begun.  Flags; combine with |.
enum class Demand : std::uint8_t {
    skip = 0, ///< nothing of it nor inside it: parsed, checked and counted, not shown; nothing is
              ///< asked about what is inside
    look = 1, ///< keep its tag while it is open and ask about what is inside
    at_start = 3, ///< look, and have next() hand over its tag now
    at_end = 5,   ///< look, and have next() hand it over when it is complete
    build = 9,    ///< look, and build the whole subtree
    hold = 17, ///< look, and do not release it before the end of the element of depth 1 around it
};
constexpr Demand operator|(Demand a, Demand b) {
    return static_cast<Demand>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr bool has(Demand demand, Demand flag) {
    const auto bits = static_cast<std::uint8_t>(flag);
    return (static_cast<std::uint8_t>(demand) & bits) == bits;
}

/// An element that begins.  Its name is there already; the tag is made for those who ask for it,
/// since of most elements it is known by the name that nobody wants them.
class BRIDGE_API StartTag {
public:
    /// Borrows until decide() returns.
    const Name& name() const { return *name_; }
    NameId id() const { return id_; }
    /// Of the root 0.
    std::size_t depth() const { return depth_; }
    /// The value of an attribute without a namespace, found without making the tag; null when there
    /// is none.
    const char* find_attribute(std::string_view local) const {
        const auto* at = attributes_;
        while (*at != nullptr && local != *at) at += 2;
        return *at == nullptr ? nullptr : at[1];
    }
    /// The tag lives while its element is open, or until decide() returns when that says skip and
    /// nothing around it is built.  Throws std::bad_alloc or std::length_error.
    const Tag& tag() {
        if (tag_ == nullptr) make();
        return *tag_;
    }

private:
    friend class detail::TreeBuilder;
    StartTag(detail::TreeBuilder& builder,
             const Name& name,
             NameId id,
             std::size_t depth,
             const char* const* attributes)
        : builder_(&builder), name_(&name), id_(id), depth_(depth), attributes_(attributes) {}
    void make();

    detail::TreeBuilder* builder_;
    const Name* name_;
    NameId id_;
    std::size_t depth_;
    const char* const* attributes_;
    const Tag* tag_ = nullptr;
};

/// What next() hands over.
struct ParserEvent {
    enum Kind : std::uint8_t {
        more,   ///< all that was fed is used up
        start,  ///< `element` began (at_start): only its tag is there
        end,    ///< `element` is complete (at_end): tag, and content when `built`
        finish, ///< the root has closed; bytes after it are ignored (Dialect::stream) or may be
                ///< no more than white space and comments (document)
        passed_over, ///< Limits::pass_over_long_namespaces: the element of depth 1 has come to its
                     ///< end, and nothing more of it is handed over; `element` is its tag, or null
                     ///< when it has not begun to be handed over
        error,       ///< see error(); the Parser gives nothing else until restart()
    };
    Kind kind = more;
    bool built = false;
    std::size_t depth = 0;
    NameId name = 0;
    const Element* element = nullptr; ///< never null for start and end; borrowed until next()
};

/// What became of a complete element that was offered to Demands::take().
enum class Taken : std::uint8_t {
    no,   ///< nothing: next() is to hand it over
    yes,  ///< used; on with what follows
    last, ///< used, and nothing more is to be parsed: next() says `more` until restart()
};

/// Decides what is wanted.  Called from inside Expat, so it must not call the Parser (but for
/// unparsed() in take()), nor destroy it.
class BRIDGE_API Demands {
public:
    virtual ~Demands() = default;

    /// What is wanted of the element that begins here.  Throws what StartTag::tag() does, and
    /// nothing else.
    virtual Demand decide(StartTag& start) = 0;

    /// An element that at_end was asked for is complete: use it here and now, or leave it to
    /// next(), for which Expat has to stop and go on again.  `event` is as next() would give it,
    /// and borrows until the return.  User code may run here.  What is thrown is taken for want of
    /// memory.
    virtual Taken take(const ParserEvent& event) {
        static_cast<void>(event);
        return Taken::no;
    }

    /// The ids from `first` on mean nothing any more and will be given to other names.  Who keeps a
    /// table by id cuts it off there.  A peer that invents names without end brings this about,
    /// between two elements of depth 1; names met before that (about 64 KiB of them) keep their
    /// ids.  Called from next(), not from inside Expat.
    virtual void names_forgotten(NameId first) noexcept { static_cast<void>(first); }
};

/// An incremental, pull, bounded XML parser.
///
///     parser.feed(bytes);                       // borrowed until next() says more
///     for (;;) {
///         auto event = parser.next();
///         if (event.kind == Parser::Event::more) break;      // feed again
///         ...
///     }
///
/// next() hands over one thing at a time; the following next() releases it (rewinds the arena to
/// where its element began) unless an element around it is being built, or it was held.  So an
/// endless stream of elements passes in constant memory.  Expat keeps every new name it meets; so
/// that a long session stays small, the parser is renewed between two elements of depth 1 once that
/// has grown, unseen from outside.  Between two calls of next() nothing is on the stack inside
/// Expat.  One thread.
class BRIDGE_API Parser {
public:
    using Event = ParserEvent;

    explicit Parser(Demands& demands, Limits limits = {}, Dialect dialect = Dialect::stream);
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// Give the next bytes, of any length.  Only when next() has said `more`; they must live until
    /// it says so again.
    void feed(std::string_view bytes);
    Event next();
    /// The document ends here: an error (`incomplete`) unless the root has closed.  Only when
    /// next() has said `more`; to be called until it gives `finish` or `error`.
    Event finish();

    /// Why Event::error was given.
    const ParseError& error() const;

    /// Bytes fed that come after the event (start, end, finish) handed over last, or offered to
    /// Demands::take() now: what would be parsed next.  After `more`: what waits for the rest of
    /// its tag.
    std::string_view unparsed() const;
    /// Whether this stands before the root, behind it, or between two elements of depth 1, with
    /// nothing unfinished.  Only when next() has said `more`.
    bool is_between() const;
    /// An element of depth 1 has begun, of which Demands::decide() was asked, and its end has not
    /// come.
    bool is_inside() const;
    /// Begin a new document (a stream restart) and drop what unparsed() shows.  Name ids stay
    /// valid.
    void restart();
    void set_limits(Limits limits);
    /// Read every element in the namespace `from` as one in `as`: whoever looks at them sees `as`
    /// only.  Attributes keep their names.  Both are copied, and stay in force over restarts.
    /// Before the first byte.
    void set_alias(std::string_view from, std::string_view as);

    /// Whom to ask from now on, in the place of the one before.  Only between two elements of depth
    /// 1.
    void set_demands(Demands& demands);

    /// The default namespace that the root's start tag declares, as it stands there; empty when it
    /// declares none, or the root has not begun.  Borrowed until restart().
    std::string_view default_namespace() const;

    /// Nothing is expected for a while: give back the memory that only parsing needs, Expat's whole
    /// parser most of all, if this stands between two elements of depth 1 with nothing unfinished;
    /// else do nothing.  The next bytes bring it back, unseen from outside, at the cost of making a
    /// parser.  Only when next() has said `more`.
    void doze() noexcept;

    /// Bytes held at this moment, as Limits::held_bytes counts them.
    std::size_t held_bytes() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace bridge
