#include <aggregator/plan/pattern_set.hpp>

#include <algorithm>
#include <vector>

#include <re2/re2.h>
#include <re2/set.h>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/utf8.hpp>

namespace aggregator::plan {

namespace {

using base::Code;
using re2::RE2;

constexpr int kSetInstructionsMax = 100'000;
constexpr std::int64_t kPatternMemory = 8 << 20;
constexpr std::int64_t kSetMemory = 64 << 20;  // of the expressions, and of what is kept of matches
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

re2::StringPiece piece_of(std::string_view text) { return {text.data(), text.size()}; }

RE2::Options options_of(PatternSet::Match match, std::int64_t memory) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(match == PatternSet::Match::Anywhere);
    options.set_max_mem(memory);
    return options;
}

/// The end of the text's first well-formed part: its size if all is.
std::size_t well_formed(std::string_view text) {
    const char* const end = text.data() + text.size();
    const char* at = text.data();
    while (at != end) {
        const char* const next = base::utf8_end(at, end);
        if (next == nullptr) {
            break;
        }
        at = next;
    }
    return static_cast<std::size_t>(at - text.data());
}

std::string mended(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t good = well_formed(text);
        out += text.substr(0, good);
        text.remove_prefix(good);
        if (!text.empty()) {
            out += kReplacement;
            text.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace

struct PatternSet::Compiled {
    explicit Compiled(Match wanted)
        : match(wanted),
          set(options_of(wanted, kSetMemory),
              wanted == Match::Whole ? RE2::ANCHOR_BOTH : RE2::UNANCHORED) {}

    [[nodiscard]] bool matches(std::string_view text) const {
        RE2::Set::ErrorInfo error{};
        if (set.Match(piece_of(text), nullptr, &error)) {
            return true;
        }
        // Without memory for a text that is unlike all before it, the set finds nothing.
        return error.kind != RE2::Set::kNoError &&
               std::any_of(each.begin(), each.end(), [&](const std::unique_ptr<const RE2>& one) {
                   return match == Match::Whole ? RE2::FullMatch(piece_of(text), *one)
                                                : RE2::PartialMatch(piece_of(text), *one);
               });
    }

    Match match;
    RE2::Set set;
    std::vector<std::unique_ptr<const RE2>> each;
    bool closed = false;
};

PatternSet::PatternSet(Match match) : compiled_(std::make_shared<Compiled>(match)) {}

base::Result<void> PatternSet::add(const std::string& pattern) {
    if (pattern.size() > kPatternBytesMax) {
        return base::fail(Code::BadConfiguration, "it is longer than 8192 bytes");
    }
    auto one = std::make_unique<const RE2>(pattern, options_of(compiled_->match, kPatternMemory));
    if (!one->ok()) {
        return base::fail(Code::BadConfiguration, one->error());
    }
    if (one->ProgramSize() > kSetInstructionsMax) {
        return base::fail(Code::BadConfiguration, "it is too complex");
    }
    std::string why;
    if (compiled_->set.Add(piece_of(pattern), &why) < 0) {
        return base::fail(Code::BadConfiguration, why);
    }
    compiled_->each.push_back(std::move(one));
    return {};
}

base::Result<void> PatternSet::close() {
    if (!compiled_->set.Compile()) {
        return base::fail(Code::BadConfiguration, "all together they are too complex");
    }
    compiled_->closed = true;
    return {};
}

bool PatternSet::matches(std::string_view text) const {
    AGG_ASSERT(compiled_->closed);
    return well_formed(text) == text.size() ? compiled_->matches(text)
                                            : compiled_->matches(mended(text));
}

bool PatternSet::empty() const { return compiled_->each.empty(); }

}  // namespace aggregator::plan
