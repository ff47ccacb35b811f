#include <doctest/doctest.h>

#include <cstdlib>

#include <aggregator/reading/files.hpp>
#include <aggregator/reading/secret.hpp>

#include "unit/config/folder.hpp"

using namespace aggregator;
using config::testing::Folder;

namespace {

struct Reading {
    reading::Secret secret;
    reading::Diagnostics told;
};

/// The secret that a file of the folder holds as its root.
Reading read(const Folder& folder, const std::string& written) {
    const std::string path = folder.at("service.json");
    auto document = reading::parse_file(path, written);
    REQUIRE(document.has_value());
    const reading::File file{path, *std::move(document)};
    Reading done;
    reading::Report report(done.told);
    reading::strict::read(reading::Value{file, file.document.root(), "password", report},
                          done.secret);
    return done;
}

}  // namespace

TEST_CASE("secret: a text stands for itself") {
    const Folder folder;
    const Reading done = read(folder, R"("s3cr3t")");
    CHECK(done.told.empty());
    CHECK(done.secret.reveal() == "s3cr3t");
}

TEST_CASE("secret: a file beside the configuration, without the line end behind it") {
    const Folder folder;
    folder.write("plain", "s3cr3t");
    folder.write("unix", "s3cr3t\n");
    folder.write("dos", "s3cr3t\r\n");
    folder.write("two", "s3cr3t\n\n");
    for (const char* name : {"plain", "unix", "dos"}) {
        CAPTURE(name);
        const Reading done = read(folder, std::string(R"({"file": ")") + name + "\"}");
        CHECK(done.told.empty());
        CHECK(done.secret.reveal() == "s3cr3t");
    }
    CHECK(read(folder, R"({"file": "two"})").secret.reveal() == "s3cr3t\n");
}

TEST_CASE("secret: a variable of the environment") {
    const Folder folder;
    REQUIRE(setenv("AGG_TEST_SECRET", "s3cr3t", 1) == 0);
    CHECK(read(folder, R"({"env": "AGG_TEST_SECRET"})").secret.reveal() == "s3cr3t");
    REQUIRE(unsetenv("AGG_TEST_SECRET") == 0);
    const Reading done = read(folder, R"({"env": "AGG_TEST_SECRET"})");
    REQUIRE(done.told.size() == 1);
    CHECK(done.told[0].message ==
          "`env`: the variable `AGG_TEST_SECRET` of the environment is not set");
}

TEST_CASE("secret: what is none is told, and nothing that is told repeats what is written") {
    const Folder folder;
    folder.write("empty", "\n");
    folder.write("long", std::string(reading::Secret::kBytesMax + 1, 'x'));
    folder.write("longest", std::string(reading::Secret::kBytesMax, 'x') + "\n");
    struct Case {
        const char* written;
        const char* rule;
    };
    for (const Case& one :
         {Case{"12345", "wrong-type"}, Case{R"(["12345"])", "wrong-type"},
          Case{"null", "wrong-type"}, Case{R"("")", "bad-value"},
          Case{R"("12345\u0000")", "bad-value"}, Case{"{}", "wrong-type"},
          Case{R"({"file": "empty"})", "bad-value"}, Case{R"({"file": "long"})", "bad-value"},
          Case{R"({"file": "absent"})", "unreadable-file"},
          Case{R"({"file": 12345})", "wrong-type"}, Case{R"({"env": ""})", "wrong-type"},
          Case{R"({"text": "12345"})", "unknown-key"},
          Case{R"({"file": "a", "env": "b"})", "wrong-type"}}) {
        CAPTURE(one.written);
        const Reading done = read(folder, one.written);
        CHECK(done.secret.empty());
        REQUIRE(done.told.size() == 1);
        CHECK(done.told[0].rule == one.rule);
        CHECK(done.told[0].severity == reading::Severity::Error);
        CHECK(reading::to_text(done.told[0]).find("12345") == std::string::npos);
    }
    CHECK(read(folder, R"({"file": "longest"})").secret.reveal().size() ==
          reading::Secret::kBytesMax);
}
