// Where the files of the tests stand: vectors, transcripts, and the sources beside them.
#pragma once

#include <string>

namespace support {

/// The folder tests/ of this checkout, without a slash at its end.
std::string test_directory();

} // namespace support
