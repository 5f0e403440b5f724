#include "headstock/extensions/room_events.hpp"

#include <array>
#include <cstddef>

namespace headstock {
namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 13> refusal_words{
    "nick_conflict", "nick_not_allowed", "password",       "banned",     "members_only",
    "full",          "no_such_room",     "may_not_create", "no_service", "timed_out",
    "session_over",  "not_sent",         "other"};
constexpr std::array<std::string_view, 10> room_end_words{
    "asked",     "kicked",        "banned",  "affiliation_lost", "members_only",
    "destroyed", "shutting_down", "problem", "not_joined",       "session_over"};

} // namespace

std::string_view to_string(RoomRefusal why) { return refusal_words[static_cast<std::size_t>(why)]; }
std::string_view to_string(RoomEnd why) { return room_end_words[static_cast<std::size_t>(why)]; }

} // namespace headstock
