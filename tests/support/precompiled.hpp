// What nearly every test includes, compiled once where HEADSTOCK_QUICK_BUILD is on.  No file
// includes this one: each names what it uses, and clang-tidy reads it so.
#pragma once

#include "headstock/extensions/roster.hpp"
#include "headstock/payload.hpp"
#include "tests/support/stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>
