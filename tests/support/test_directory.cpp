#include "tests/support/test_directory.hpp"

namespace support {

std::string test_directory() { return HEADSTOCK_TEST_DIR; }

} // namespace support
