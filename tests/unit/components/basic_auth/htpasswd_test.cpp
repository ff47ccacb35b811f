#include <doctest/doctest.h>

#include <string>

#include "components/basic_auth/htpasswd.hpp"
#include "components/basic_auth/password.hpp"

using namespace aggregator::components;

namespace {

const std::string kBcrypt = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
const std::string kSha256 = "$5$rounds=1000$saltsalt$nKsyTQBmKz4GdCft0Sv/FbzLiu0y3wFdEXOzudLQLJ5";
const std::string kSha512 =
    "$6$rounds=1000$saltsalt$en2ow7pYeagRNyRp.lscBTXZ1ZOKXhJu7rDJ3FOi50LaaKVrpl."
    "ci6QhvGDxOJKq9NDp0Xd6mckbLVtFUF6VM/";

std::string changed(std::string hash, std::size_t at, const std::string& by) {
    return hash.replace(at, by.size(), by);
}

}  // namespace

TEST_CASE("htpasswd: a name, a colon and a hash a line") {
    const Htpasswd file = read_htpasswd("# users\n\nada:" + kBcrypt + "\r\n  bob:" + kSha256 +
                                        " \n\n" + "c\xC3\xA9line:" + kSha512);
    CHECK(file.faults.empty());
    CHECK(file.users.size() == 3);
    CHECK(file.users.at("ada") == kBcrypt);
    CHECK(file.users.at("bob") == kSha256);
    CHECK(file.users.at("c\xC3\xA9line") == kSha512);
}

TEST_CASE("htpasswd: what is no hash of a kind that is verified is told with its line") {
    for (const std::string& hash : {std::string("$apr1$lZL6V/ci$eIMz/iKDkbtys/uU7LEK00"),
                                    std::string("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="),
                                    std::string("secret"),
                                    std::string("rqXexS6ZhobKA"),
                                    std::string(),
                                    std::string("$2y$04$short"),
                                    std::string("$2x$04$") + kBcrypt.substr(7),
                                    kBcrypt + "x",
                                    changed(kBcrypt, 20, "!"),
                                    changed(kBcrypt, 4, "03"),
                                    changed(kBcrypt, 4, "32"),
                                    changed(kBcrypt, 4, "17"),
                                    changed(kBcrypt, 4, "+4"),
                                    kSha256 + "x",
                                    kSha512.substr(0, 60),
                                    std::string("$5$rounds=999$saltsalt$") + kSha256.substr(24),
                                    std::string("$5$rounds=1000001$saltsalt$") + kSha256.substr(24),
                                    std::string("$5$rounds=$saltsalt$") + kSha256.substr(24),
                                    std::string("$5$"),
                                    std::string("$6$rounds=1000"),
                                    std::string("$6$saltsaltsaltsalts$") + kSha512.substr(24)}) {
        CAPTURE(hash);
        CHECK_FALSE(fault_of_hash(hash).empty());
        const Htpasswd file = read_htpasswd("ada:" + kBcrypt + "\nbob:" + hash + "\n");
        CHECK(file.users.size() == 1);
        REQUIRE(file.faults.size() == 1);
        CHECK(file.faults[0].line == 2);
        const bool repeated = hash.size() > 3 && file.faults[0].why.find(hash) != std::string::npos;
        CHECK_FALSE(repeated);
    }
}

TEST_CASE("htpasswd: the largest cost and number of rounds that a login may take") {
    CHECK(fault_of_hash(changed(kBcrypt, 4, "16")).empty());
    CHECK(fault_of_hash("$5$rounds=1000000$saltsalt$" + kSha256.substr(24)).empty());
    CHECK(fault_of_hash("$5$saltsaltsaltsalt$" + kSha256.substr(24)).empty());
    CHECK(bcrypt_cost_of(kBcrypt) == 4);
    CHECK(bcrypt_cost_of(kSha256) == 0);
}

TEST_CASE("htpasswd: names are whole, and stand there once") {
    CHECK(read_htpasswd(":" + kBcrypt).faults.size() == 1);
    CHECK(read_htpasswd("ada").faults.size() == 1);
    CHECK(read_htpasswd("a\tb:" + kBcrypt).faults.size() == 1);
    const Htpasswd twice = read_htpasswd("ada:" + kBcrypt + "\nada:" + kSha256);
    REQUIRE(twice.faults.size() == 1);
    CHECK(twice.faults[0].line == 2);
    std::string many;
    for (int i = 0; i < 30; ++i) {
        many += "x\n";
    }
    CHECK(read_htpasswd(many).faults.size() == 10);
}

TEST_CASE("password: the one that was hashed is right, and no other") {
    CHECK(is_password("secret", kBcrypt));
    CHECK(is_password("open sesame", kSha256));
    CHECK(is_password("w\xC3\xB6rd", kSha512));
    for (const std::string& wrong :
         {std::string(), std::string("Secret"), std::string("secret "), std::string("secret\0", 7),
          std::string("secret\0x", 8), std::string(kPasswordBytesMax + 1, 'x')}) {
        CHECK_FALSE(is_password(wrong, kBcrypt));
        CHECK_FALSE(is_password(wrong, kSha256));
    }
    CHECK_FALSE(is_password("secret", "*0"));
    CHECK_FALSE(is_password("secret", ""));
}
