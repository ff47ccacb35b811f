#include <doctest/doctest.h>

#include <string>

#include <aggregator/jose/base64url.hpp>

using namespace aggregator::jose;

TEST_CASE("base64url: bytes of any length come back") {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        CHECK(from_base64url(to_base64url(bytes)) == bytes);
        bytes.push_back(static_cast<char>(i * 7));
    }
    CHECK(to_base64url("\xFF\xEF\xBE") == "_---");
}

TEST_CASE("base64url: what is no text of bytes is refused") {
    for (const char* const text :
         {"A", "AA==", "A A", "AA\n", "A+", "A/", "AAAAA", "AA.", "\xC3\xA4"}) {
        CHECK_MESSAGE(!from_base64url(text), text);
    }
}

TEST_CASE("base64url: bits that belong to no byte are refused") {
    CHECK(from_base64url("AA") == std::string(1, '\0'));
    CHECK_FALSE(from_base64url("AB"));
    CHECK(from_base64url("AAA") == std::string(2, '\0'));
    CHECK_FALSE(from_base64url("AAB"));
}

TEST_CASE("base64: padding belongs to it, and the other alphabet does not") {
    CHECK(from_base64("_-8=") == std::nullopt);
    CHECK(from_base64("/+8=") == "\xFF\xEF");
    CHECK(from_base64("/+8") == std::nullopt);
    CHECK(from_base64("=") == std::nullopt);
    CHECK(from_base64("") == "");
}
