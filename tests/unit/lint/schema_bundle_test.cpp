#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <aggregator/json/document.hpp>
#include <aggregator/json/schema.hpp>
#include <aggregator/lint/schema.hpp>

using namespace aggregator;
using json::Document;
using json::Node;

namespace {

Document parsed(const std::string& text) {
    auto document = Document::parse(text);
    REQUIRE(document.has_value());
    return *std::move(document);
}

/// Whether a reference `#/a/b` leads to something.
bool leads_somewhere(const Document& document, std::string_view reference) {
    if (!reference.starts_with("#/")) {
        return reference == "#";
    }
    reference.remove_prefix(2);
    const Node* node = &document.root();
    while (node != nullptr && !reference.empty()) {
        const std::size_t end = std::min(reference.find('/'), reference.size());
        node = document.member(*node, reference.substr(0, end));
        reference.remove_prefix(std::min(end + 1, reference.size()));
    }
    return node != nullptr;
}

std::size_t check_references(const Document& document, const Node& node) {
    std::size_t count = 0;
    for (const std::uint32_t element : node.elements) {
        count += check_references(document, document.at(element));
    }
    for (const Node::Entry& entry : node.members) {
        const Node& member = document.at(entry.node);
        if (entry.key == "$ref" && member.kind == json::Kind::String) {
            CAPTURE(member.text);
            CHECK(leads_somewhere(document, member.text));
            ++count;
        }
        count += check_references(document, member);
    }
    return count;
}

}  // namespace

TEST_CASE("schemas: each part is one document that refers to itself alone") {
    const auto names = lint::schema_names();
    CHECK(std::is_sorted(names.begin(), names.end()));
    for (const std::string_view name : names) {
        CAPTURE(name);
        const std::string text = lint::schema_of(name).value_or("");
        CHECK(text.back() == '\n');
        const Document document = parsed(text);
        CHECK(document.leniencies().empty());
        CHECK(document.member(document.root(), "$schema")->text ==
              "http://json-schema.org/draft-04/schema#");
        check_references(document, document.root());
        CHECK(json::Schema::compile(text).has_value());
    }
}

TEST_CASE("schemas: the whole contains every part of a configuration") {
    const Document whole = parsed(lint::schema_of(lint::kWholeSchema).value_or(""));
    CHECK(check_references(whole, whole.root()) > 100);
    const Node& definitions = *whole.member(whole.root(), "definitions");
    for (const std::string_view name : lint::schema_names()) {
        CAPTURE(name);
        const bool apart = name == lint::kWholeSchema || name == "findings";
        CHECK((whole.member(definitions, name) == nullptr) == apart);
    }
}

TEST_CASE("schemas: a part that refers to nothing is the file as it is") {
    std::ifstream file(std::string(TESTS_DIR) + "/../schemas/findings.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CHECK(lint::schema_of("findings") == text);
}

TEST_CASE("schemas: a component's name has slashes or dashes") {
    CHECK(lint::schema_of("backend/http/client") == lint::schema_of("backend-http-client"));
    CHECK(lint::schema_of("backend/http").has_value());
    CHECK(!lint::schema_of("").has_value());
    CHECK(!lint::schema_of("backends").has_value());
}

TEST_CASE("schemas: editors are told that a schema's own name may stand in a file") {
    const auto schema = json::Schema::compile(lint::schema_of(lint::kWholeSchema).value_or(""));
    const Document document = parsed(R"({"$schema": "./aggregator.schema.json", "version": 3})");
    CHECK(!schema->check(document, document.root(), [](const Node&) { return json::Shown::Whole; })
               .has_value());
}
