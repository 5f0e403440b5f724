// Pointers that know when their object has gone: for callbacks and extensions, which may outlive
// it.
#pragma once

#include <memory>

namespace headstock {

/// A member of an object that is pointed to by a Link.  A copy of the object is another one: it
/// begins a lifetime of its own.
class Lifetime {
public:
    Lifetime() = default;
    Lifetime(const Lifetime&) {}
    // NOLINTNEXTLINE(bugprone-unhandled-self-assignment): nothing is assigned.
    Lifetime& operator=(const Lifetime&) { return *this; }

private:
    template <class T>
    friend class Link;
    std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

/// Points to an object as long as that lives.  Used on the object's own thread.
template <class T>
class Link {
public:
    Link() = default;
    /// To an object with this member.
    Link(T& object, const Lifetime& lifetime) : object_(&object), there_(lifetime.here_) {}

    /// The object, or nullptr when it has gone.
    T* get() const { return there_.expired() ? nullptr : object_; }

private:
    T* object_ = nullptr;
    std::weak_ptr<const char> there_;
};

} // namespace headstock
