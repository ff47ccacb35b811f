#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include "unit/lint/golden.hpp"

using namespace aggregator;

namespace {

namespace fs = std::filesystem;

/// Set to `write`: what lint tells becomes what is expected.
constexpr const char* kVariable = "AGGREGATOR_GOLDEN";

/// Told of nearly every file with a component: it is left out of the cases of all other rules.
constexpr const char* kDiffers = "differs";

const fs::path kFolder = fs::path(TESTS_DIR) / "golden/lint";
const fs::path kComponents = fs::path(TESTS_DIR).parent_path() / "src/components";

/// An empty folder that is the current one as long as this lives.
class Elsewhere {
public:
    Elsewhere() {
        std::string name = (fs::temp_directory_path() / "lint-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        here_ = name;
        fs::current_path(here_);
    }
    ~Elsewhere() {
        fs::current_path(before_);
        fs::remove_all(here_);
    }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

private:
    fs::path before_ = fs::current_path();
    fs::path here_;
};

/// Those of the program and, in the folders of the components, their own.
std::vector<fs::path> cases() {
    std::vector<fs::path> found;
    for (const fs::path& folder : {kFolder, kComponents}) {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (entry.path().extension() == ".txt") {
                found.push_back(entry.path());
            }
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

void compare(const fs::path& path, golden::Case made) {
    const Elsewhere elsewhere;
    lint::Result result = golden::run(made);
    if (path.stem() != kDiffers) {
        std::erase_if(result.findings,
                      [](const reading::Diagnostic& one) { return one.rule == kDiffers; });
    }
    const std::string told = lint::to_text(result, lint::Paint::Plain);
    const bool tells = std::any_of(
        result.findings.begin(), result.findings.end(),
        [&path](const reading::Diagnostic& one) { return one.rule == path.stem().string(); });
    CHECK_MESSAGE(tells, "the rule's own case has no finding of it");
    if (const auto* const begins = made.find("begins")) {
        CHECK(told.substr(0, begins->text.size()) == begins->text);
        CHECK(!begins->text.empty());
        return;
    }
    const char* const wish = std::getenv(kVariable);
    if (wish != nullptr && std::string(wish) == "write") {
        std::erase_if(made.sections, [](const auto& one) { return one.word == "expected"; });
        made.sections.push_back({"expected", "", told});
        golden::write(path, golden::print(made));
        return;
    }
    REQUIRE(made.find("expected") != nullptr);
    CHECK(told == made.find("expected")->text);
}

}  // namespace

TEST_CASE("golden: lint tells exactly what each case expects") {
    const auto all = cases();
    REQUIRE(!all.empty());
    for (const fs::path& path : all) {
        CAPTURE(path.filename().string());
        const golden::Case made = golden::parse(golden::read(path));
        REQUIRE(!made.sections.empty());
        compare(path, made);
    }
}

TEST_CASE("golden: each rule has a case, and each case a rule") {
    const auto all = cases();
    for (const lint::Rule* const rule : lint::rules()) {
        CAPTURE(rule->name);
        CHECK(std::any_of(all.begin(), all.end(),
                          [rule](const fs::path& path) { return path.stem() == rule->name; }));
    }
    for (const fs::path& path : all) {
        CAPTURE(path.filename().string());
        CHECK(lint::find_rule(path.stem().string()) != nullptr);
    }
}
