// An archive in memory, as a server speaks for it: results by the page, for measurements.
#pragma once

#include "bridge/element.hpp"
#include "headstock/ns.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace support {

/// Answers a query for as long as it has messages: chat messages of some 100 letters, with the
/// elements that clients put into them.
class PlayedArchive {
public:
    explicit PlayedArchive(std::uint64_t messages) : left_(messages) {}

    /// A page that answers `iq`, in pieces of some 64 KiB, each given to `say`; how many results.
    template <class F>
    std::uint64_t answer(std::string_view iq, const F& say) {
        const auto asked = bridge::Element::parse(iq).value();
        const auto& query = asked.child("query", headstock::ns::archive);
        const auto& set = query.child("set", headstock::ns::result_set);
        const auto max = std::stoull(std::string{set.child("max").text()});
        std::uint64_t said = 0;
        std::string piece;
        for (; said < max && left_ != 0; ++said, --left_) {
            add_result(piece, query.attribute("queryid"));
            if (piece.size() < piece_size) continue;
            say(std::string_view{piece});
            piece.clear();
        }
        piece += "<iq type='result' id='" + std::string{asked.attribute("id")} +
                 "'><fin xmlns='urn:xmpp:mam:2'" + (left_ == 0 ? " complete='true'" : "") +
                 "><set xmlns='http://jabber.org/protocol/rsm'><last>" + std::to_string(number_) +
                 "</last></set></fin></iq>";
        say(std::string_view{piece});
        return said;
    }

private:
    static constexpr std::size_t piece_size = 64 * 1024;

    void add_result(std::string& xml, std::string_view query) {
        const auto id = std::to_string(++number_);
        xml += "<message to='romeo@e.test/r' from='romeo@e.test'><result xmlns='urn:xmpp:mam:2' "
               "queryid='";
        xml += query;
        xml += "' id='" + id +
               "'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' "
               "stamp='2026-01-01T12:34:56.789Z'/><message xmlns='jabber:client' type='chat' "
               "from='juliet@example.org/balcony' to='romeo@e.test' id='m" +
               id + "'><body>Message number " + id +
               " of many, as long as people write them when they have something to say to each "
               "other.</body><markable xmlns='urn:xmpp:chat-markers:0'/><request "
               "xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='m" +
               id + "'/><stanza-id xmlns='urn:xmpp:sid:0' by='romeo@e.test' id='" + id +
               "'/></message></forwarded></result></message>";
    }

    std::uint64_t left_;
    std::uint64_t number_ = 0;
};

} // namespace support
