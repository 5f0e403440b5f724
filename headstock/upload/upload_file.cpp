// Where files come from and go to.
#include "headstock/upload/new_file.hpp"
#include "headstock/upload/upload.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headstock {
namespace detail {

static Error system_error(const std::string& path, int number) {
    const std::error_code code{number, std::system_category()};
    return {code, path + ": " + code.message()};
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

NewFile::NewFile(std::string path) : path_(std::move(path)) {
    const int made = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (made < 0) error_ = system_error(path_, errno);
    file_ = std::make_unique<Descriptor>(made);
}

NewFile::~NewFile() {
    if (file_->number() >= 0 && !kept_) ::unlink(path_.c_str());
}

bool NewFile::write(std::string_view piece) {
    while (!piece.empty()) {
        const auto written = ::write(file_->number(), piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            error_ = system_error(path_, written == 0 ? ENOSPC : errno);
            return false;
        }
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace detail

namespace {

std::optional<std::size_t> read_some(int file, std::span<char> into) {
    while (true) {
        const auto count = ::read(file, into.data(), into.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return std::nullopt;
    }
}

} // namespace

// Neither a device nor a pipe, which would keep the loop waiting; it is not even opened to wait.
UploadFile UploadFile::at(const std::string& path) {
    UploadFile made;
    made.request.filename = path.substr(path.find_last_of('/') + 1);
    const auto file = std::make_shared<detail::Descriptor>(
        ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat about {};
    if (file->number() < 0 || ::fstat(file->number(), &about) != 0) {
        made.error = detail::system_error(path, errno);
        return made;
    }
    if (!S_ISREG(about.st_mode)) {
        made.error = {std::make_error_code(std::errc::invalid_argument),
                      path + ": no regular file"};
        return made;
    }
    made.request.size = static_cast<std::uint64_t>(about.st_size);
    made.read = [file](std::span<char> into) { return read_some(file->number(), into); };
    return made;
}

UploadFile UploadFile::of(std::string name, std::string bytes) {
    UploadFile made;
    made.request.filename = std::move(name);
    made.request.size = bytes.size();
    made.read = [bytes = std::move(bytes), at = std::size_t{0}](std::span<char> into) mutable {
        const auto count = bytes.copy(into.data(), into.size(), at);
        at += count;
        return std::optional{count};
    };
    return made;
}

} // namespace headstock
