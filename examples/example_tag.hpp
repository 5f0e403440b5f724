// What the sender and the responder talk about: an extension of one's own, from a plain struct.
#pragma once

#include <headstock/payload.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

inline constexpr std::string_view our_extension = "https://example.net/our_extension";

// Optional fields: there is no specification that would say what must be there.
struct InsideTag {
    std::optional<int> first_field{};
    std::optional<int> secound_field{}; // so it is called on the wire
};
HEADSTOCK_PAYLOAD(InsideTag,
                  "inside_tag",
                  our_extension,
                  attribute<&self::first_field>("first_field"),
                  attribute<&self::secound_field>("secound_field"))

struct ExampleTag {
    std::optional<std::string> boolean{}; // "True", which is no boolean of XML: so it is text
    std::optional<std::string> some_string{};
    std::string text{};
    std::vector<InsideTag> inside{};
};
HEADSTOCK_PAYLOAD(ExampleTag,
                  "example_tag",
                  our_extension,
                  attribute<&self::boolean>("boolean"),
                  attribute<&self::some_string>("some_string"),
                  content<&self::text>(),
                  child<&self::inside>())
