// The tables of tests/vectors about XML and UTF-8, read as data.
#pragma once

#include <string>
#include <vector>

namespace test {

/// One row of xml_vectors.tsv.
struct XmlVector {
    std::string id;
    std::string bytes;
    std::string must; ///< what the parser has to do with them, in words
};

/// One row of utf8_vectors.tsv.
struct Utf8Vector {
    std::string hex;
    std::string bytes;
    bool utf8;  ///< valid UTF-8
    bool xml10; ///< and legal in XML 1.0
};

/// All rows; throws std::runtime_error when the file is not there or a row is not of its form.
std::vector<XmlVector> xml_vectors();
std::vector<Utf8Vector> utf8_vectors();

} // namespace test
