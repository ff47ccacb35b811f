#include <doctest/doctest.h>

#include <filesystem>
#include <random>

#include <aggregator/lint/layout.hpp>

#include "unit/lint/golden.hpp"

using namespace aggregator;

namespace {

namespace fs = std::filesystem;

std::string laid(const std::string& text) {
    auto made = lint::laid_out(text);
    REQUIRE(made);
    return *std::move(made);
}

/// The pieces of a text in their order: what JSON is made of but for commas, and the comments
/// without their white space.
struct Pieces {
    std::vector<std::string> values;
    std::vector<std::string> comments;
};

std::size_t piece_end(const std::string& text, std::size_t at) {
    if (text[at] == '"') {
        for (++at; text[at] != '"'; ++at) {
            at += text[at] == '\\' ? 1u : 0u;
        }
        return at + 1;
    }
    if (text.compare(at, 2, "//") == 0) {
        return std::min(text.find('\n', at), text.size());
    }
    if (text.compare(at, 2, "/*") == 0) {
        return text.find("*/", at + 2) + 2;
    }
    const bool mark = std::string("{}[]:").find(text[at]) != std::string::npos;
    return mark ? at + 1 : std::min(text.find_first_of("{}[]:,\"/ \t\r\n", at), text.size());
}

Pieces pieces_of(const std::string& text) {
    Pieces pieces;
    for (std::size_t at = 0; at < text.size();) {
        if (std::string(", \t\r\n").find(text[at]) != std::string::npos) {
            ++at;
            continue;
        }
        const std::size_t end = piece_end(text, at);
        std::string piece = text.substr(at, end - at);
        at = end;
        if (piece.front() != '/') {
            pieces.values.push_back(std::move(piece));
            continue;
        }
        std::erase_if(piece, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
        pieces.comments.push_back(std::move(piece));
    }
    return pieces;
}

/// What holds for the layout of any text.
/// All lines end as the first one of `before` did.
void check_line_ends(const std::string& before, const std::string& after) {
    const std::size_t end = before.find('\n');
    const bool carriage = end != std::string::npos && end != 0 && before[end - 1] == '\r';
    const auto returns = std::count(after.begin(), after.end(), '\r');
    CHECK(returns == (carriage ? std::count(after.begin(), after.end(), '\n') : 0));
    CHECK(after.find(" \r") == std::string::npos);
    CHECK(after.find("\t\r") == std::string::npos);
    for (std::size_t at = after.find('\r'); at != std::string::npos;
         at = after.find('\r', at + 1)) {
        CHECK(after[at + 1] == '\n');
    }
}

void check_layout(const std::string& before) {
    CAPTURE(before);
    const std::string after = laid(before);
    CAPTURE(after);
    CHECK(laid(after) == after);
    const Pieces was = pieces_of(before);
    const Pieces is = pieces_of(after);
    CHECK(is.values == was.values);
    CHECK(is.comments == was.comments);
    const auto old_document = json::Document::parse(before);
    const auto new_document = json::Document::parse(after);
    REQUIRE(new_document);
    CHECK(new_document->compact(new_document->root()) ==
          old_document->compact(old_document->root()));
    CHECK(after.find(" \n") == std::string::npos);
    CHECK(after.find("\t\n") == std::string::npos);
    CHECK(after.substr(after.size() - 1) == "\n");
    check_line_ends(before, after);
    CHECK(after.find_first_of(" \n") != 0);
}

/// Documents with white space and comments wherever they may stand.
class LayoutWriter {
public:
    explicit LayoutWriter(unsigned seed) : random_(seed), comments_(seed % 3 != 0) {}

    std::string document() { return space() + value(0) + space(); }

private:
    std::string value(int depth) {
        const int kind = depth == 5 ? 2 : number(0, 3);
        if (kind == 0) {
            return list('[', ']', depth);
        }
        if (kind == 1 || depth == 0) {
            return list('{', '}', depth);
        }
        return pick({R"("text")", R"("a \" \\ \u0041 // {")", "\"\xC3\xA9\xE2\x82\xAC\"", "1.50e+0",
                     "-0", "true", "null",
                     R"("a long text of some fifty characters, give or take")",
                     "18446744073709551616"});
    }

    std::string list(char open, char close, int depth) {
        tight_ = chance(3);
        std::string text = open + space();
        const int count = number(0, 4);
        for (int i = 0; i < count; ++i) {
            text += i == 0 ? "" : ',' + space();
            if (open == '{') {
                text += R"("key)" + std::to_string(i) + '"' + space() + ':' + space();
            }
            text += value(depth + 1) + space();
        }
        return text + (count > 0 && chance(5) ? ',' + space() : "") + close;
    }

    std::string space() {
        std::string text = white();
        while (comments_ && chance(5)) {
            text += pick({"/* block */", "/**/", "// line\n", "//\t\n", "/* two  \r\n   lines */",
                          "/*\n  * stars\n *\n */", "// \xC3\xA9 \r\n"}) +
                    white();
        }
        return text;
    }
    std::string white() {
        return tight_ ? pick({"", "", " "}) : pick({"", " ", "  ", "\n", "\r\n", "\n\n\n", "\t"});
    }

    int number(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
    bool chance(int of) { return number(1, of) == 1; }
    std::string pick(const std::vector<std::string>& all) {
        return all[static_cast<std::size_t>(number(0, static_cast<int>(all.size()) - 1))];
    }

    std::mt19937 random_;
    bool comments_;
    bool tight_ = false;
};

}  // namespace

TEST_CASE("layout: two spaces a level, a member a line, an end of line at the end") {
    CHECK(laid("{\"a\":1,\n\"b\":[\n1],\"c\":{\"d\":\n{}}}") ==
          "{\n  \"a\": 1,\n  \"b\": [\n    1\n  ],\n  \"c\": {\n    \"d\": {}\n  }\n}\n");
    CHECK(laid(" \n 1 ") == "1\n");
    CHECK(laid("\t\"\"") == "\"\"\n");
}

TEST_CASE("layout: what stood on one line stays there, with spaces inside of braces alone") {
    CHECK(laid("{\"a\":[1,2 , 3],\"b\":{ }, \"c\":[ ]}") ==
          "{ \"a\": [1, 2, 3], \"b\": {}, \"c\": [] }\n");
    CHECK(laid("[[{\"a\":[]}]]") == "[[{ \"a\": [] }]]\n");
}

TEST_CASE("layout: what stood on several lines does so still, unless it is empty") {
    CHECK(laid("[\n1]") == "[\n  1\n]\n");
    CHECK(laid("[1\n]") == "[\n  1\n]\n");
    CHECK(laid("[\n\n]") == "[]\n");
    CHECK(laid("{\n}") == "{}\n");
}

TEST_CASE("layout: a line has a hundred characters, with the comma behind it, and no more") {
    const auto line = [](std::size_t size) {
        return "[\n  [\"" + std::string(size - 6, 'x') + "\"],\n  1\n]\n";
    };
    CHECK(laid(line(99)) == line(99));
    CHECK(laid(line(100)) != line(100));
    const std::string wide = "[\"" + std::string(95, 'x') + "\"]\n";
    CHECK(laid(wide) == wide);
    std::string accents = wide;
    accents.replace(2, 1, "\xC3\xA9");
    CHECK(laid(accents) == accents);
    CHECK(laid("[\"" + std::string(96, 'x') + "\"]") ==
          "[\n  \"" + std::string(96, 'x') + "\"\n]\n");
}

TEST_CASE("layout: lists within one that is too long stay on their lines") {
    const std::string text(60, 'x');
    CHECK(laid("{\"a\":[\"" + text + "\"],\"b\":[\"" + text + "\",1]}") ==
          "{\n  \"a\": [\"" + text + "\"],\n  \"b\": [\"" + text + "\", 1]\n}\n");
}

TEST_CASE("layout: order, names that stand twice, escapes and numbers stay byte for byte") {
    CHECK(laid(R"({"b":1.0,"a":1e2,"b":"\u0041\/","c":-0.0})") ==
          R"({ "b": 1.0, "a": 1e2, "b": "\u0041\/", "c": -0.0 })"
          "\n");
}

TEST_CASE("layout: a trailing comma goes, and commas stand behind what they follow") {
    CHECK(laid("[1 , 2 ,]") == "[1, 2]\n");
    CHECK(laid("[1\n, 2\n,\n]") == "[\n  1,\n  2\n]\n");
    CHECK(laid("[1, /* a */]") == "[1 /* a */]\n");
    CHECK(laid("[\n1, // a\n]") == "[\n  1 // a\n]\n");
}

TEST_CASE("layout: one empty line between members stays, those at the ends of a block go") {
    CHECK(laid("[\n\n1,\n\n\n2\n\n,3,\n4\n\n]\n\n") == "[\n  1,\n\n  2,\n\n  3,\n  4\n]\n");
    CHECK(laid("\n\n// a\n\n\n\n[]\n\n\n// b\n\n") == "// a\n\n[]\n\n// b\n");
    CHECK(laid("[ // a\n\n// b\n\n1\n\n// c\n\n]") == "[ // a\n  // b\n\n  1\n\n  // c\n]\n");
}

TEST_CASE("layout: comments stay above, behind or before what they are about") {
    const std::string text =
        "// file\n"
        "{ // block\n"
        "  // above\n"
        "  \"a\": 1, // behind\n"
        "  /* before */ \"b\": /* value */ 2, /* behind */\n"
        "  \"c\": [1, /* inside */ 2]\n"
        "  // last\n"
        "} // end\n"
        "// after\n";
    CHECK(laid(text) == text);
}

TEST_CASE("layout: a comment between a value and its comma stays with the value") {
    CHECK(laid("[\n1 // a\n, 2 /* b */, /* c */ 3\n// d\n, 4]") ==
          "[\n  1, // a\n  2, /* b */\n  /* c */ 3,\n  // d\n  4\n]\n");
}

TEST_CASE("layout: a comment between key and value that needs a line goes above the key") {
    CHECK(laid("{\"a\": 0,\n\n\"b\" /* x */ : // why\n1}") ==
          "{\n  \"a\": 0,\n\n  /* x */\n  // why\n  \"b\": 1\n}\n");
    CHECK(laid("{\n/* l */ \"b\" /* x */ :\n1}") == "{\n  /* l */ \"b\": /* x */ 1\n}\n");
}

TEST_CASE("layout: lines of a comment are aligned if they all begin with stars") {
    CHECK(laid("[\n      /* a\n      *  b \n   */\n1]") == "[\n  /* a\n   *  b\n   */\n  1\n]\n");
    CHECK(laid("[\n      /* a\n      b \n   */\n1]") == "[\n  /* a\n      b\n   */\n  1\n]\n");
}

TEST_CASE("layout: lines end as the first one did") {
    CHECK(laid("{\r\n\"a\":1,\n\"b\":2}") == "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n");
    CHECK(laid("{\n\"a\":1,\r\n\"b\":2}\r\n") == "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
    CHECK(laid("[1 ]\r\n") == "[1]\r\n");
    CHECK(laid("\r\n[1]") == "[1]\r\n");
    CHECK(laid("\n[1]") == "[1]\n");
    CHECK(laid("[1]") == "[1]\n");
    // What ends a line takes no room on it.
    for (std::size_t size = lint::kLineMax - 6; size < lint::kLineMax; ++size) {
        const std::string list = "[\"" + std::string(size, 'a') + "\"]";
        const std::string with_return = laid(list + "\r\n");
        CHECK(std::count(with_return.begin(), with_return.end(), '\n') ==
              (laid(list + "\n") == list + "\n" ? 1 : 3));
    }
}

TEST_CASE("layout: what is no JSON is refused with its place") {
    for (const char* const text : {"", "{", "[1 2]", "{\"a\": }", "\xEF\xBB\xBF{}", "/* a"}) {
        CHECK_FALSE(lint::laid_out(text));
    }
    const auto wrong = lint::laid_out("{\n  \"a\": x\n}");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().position.line == 2);
    CHECK(wrong.error().position.column == 8);
}

TEST_CASE("layout: done again it changes nothing, and it means the same, for generated documents") {
    for (unsigned seed = 0; seed < 3000; ++seed) {
        CAPTURE(seed);
        check_layout(LayoutWriter(seed).document());
    }
}

TEST_CASE("layout: done again it changes nothing for each case of lint that is JSON") {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(TESTS_DIR) / "golden/lint")) {
        CAPTURE(entry.path().string());
        for (const auto& section : golden::parse(golden::read(entry.path())).sections) {
            const std::string text = golden::expanded(section.text);
            if (section.word == "file" && lint::laid_out(text)) {
                check_layout(text);
                ++count;
            }
        }
    }
    CHECK(count > 80);
}

TEST_CASE("layout: the examples have it") {
    std::size_t count = 0;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(TESTS_DIR).parent_path() / "examples")) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        CAPTURE(entry.path().string());
        const std::string text = golden::read(entry.path());
        CHECK(laid(text) == text);
        ++count;
    }
    CHECK(count > 10);
}

TEST_CASE("layout: deep and wide documents take no time to speak of") {
    std::string deep;
    for (int i = 0; i < 190; ++i) {
        deep += "[" + std::string(500, ' ');
    }
    check_layout(deep + std::string(190, ']'));
    std::string wide = "[";
    for (int i = 0; i < 20000; ++i) {
        wide += "[[[]]],";
    }
    check_layout(wide + "1]");
}
