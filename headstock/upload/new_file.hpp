// A file that is written, and is there only when it is whole.
#pragma once

#include "headstock/error.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace headstock::detail {

/// An open file; -1: none.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

/// Removed with this object, unless keep() was called.
class NewFile {
public:
    /// One that is there already is an error.
    explicit NewFile(std::string path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    bool write(std::string_view piece); ///< False, and an error.
    void keep() { kept_ = true; }
    const Error& error() const { return error_; }

private:
    std::string path_;
    std::unique_ptr<Descriptor> file_;
    Error error_{};
    bool kept_ = false;
};

} // namespace headstock::detail
