// The system's look-up of names, made silent: as behind a name server that does not answer.
#pragma once

namespace support {

/// While it lives, who looks up a name that ends in ".silent.test" waits.  Its end lets them go,
/// and waits until they are gone.  One at a time.
class SilentNames {
public:
    SilentNames();
    ~SilentNames();
    SilentNames(const SilentNames&) = delete;
    SilentNames& operator=(const SilentNames&) = delete;

    /// How many threads wait in the look-up now.
    int waiting() const;
    /// Until so many do; false: not within ten seconds.
    bool wait_for(int threads) const;
    /// How many look-ups there were so far.
    int asked() const;
};

} // namespace support
