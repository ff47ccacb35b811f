// The HTTP parser: whatever comes, in whatever pieces, the outcome is the same, its failure
// included, and nothing outside the input is read.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <aggregator/http/parser.hpp>

namespace {

using namespace aggregator::http;

struct Outcome {
    std::optional<Code> failure;
    std::string why;
    bool head = false;
    bool complete = false;
    std::size_t consumed = 0;
    std::string body;
    std::string fields;

    bool operator==(const Outcome&) const = default;
};

void note_head(const Parser& parser, Outcome& outcome) {
    outcome.head = true;
    for (const Field& field : parser.fields()) {
        outcome.fields.append(field.name).append(":").append(field.value).append("\n");
    }
}

/// Feeds the text in a first piece and others of `size` bytes, each from memory that ends where the
/// piece ends.
Outcome feed(Parser::Role role, const std::string& text, std::size_t first, std::size_t size) {
    Parser parser(role, {.bytes_max = 4096, .fields_max = 32});
    Outcome outcome;
    std::string pending;
    std::size_t piece = first;
    for (std::size_t at = 0; at < text.size() && !parser.complete();
         at += std::exchange(piece, size)) {
        pending += text.substr(at, piece);
        for (bool moved = true; moved && !pending.empty() && !parser.complete();) {
            const auto copy = std::make_unique<char[]>(pending.size());
            pending.copy(copy.get(), pending.size());
            const auto step = parser.step({copy.get(), pending.size()});
            if (!step) {
                outcome.failure = step.error().code;
                outcome.why = step.error().detail;
                outcome.consumed = 0;  // of a failed message it depends on the pieces
                return outcome;
            }
            if (parser.head_done() && !outcome.head) {
                note_head(parser, outcome);
            }
            outcome.body += step->body;
            outcome.consumed += step->consumed;
            moved = step->consumed > 0;
            pending.erase(0, step->consumed);
        }
    }
    outcome.complete = parser.complete();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 4096) {
        return 0;
    }
    const auto role = data[0] % 2 == 0 ? Parser::Role::Request : Parser::Role::Response;
    constexpr std::size_t kCutEverywhereMax = 256;
    const std::size_t piece = std::size_t{1} + data[1];
    const std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::size_t all = text.size() + 1;
    const Outcome whole = feed(role, text, all, all);
    bool same = whole == feed(role, text, piece, piece) && whole == feed(role, text, 1, 1);
    for (std::size_t cut = 1; text.size() <= kCutEverywhereMax && cut < text.size(); ++cut) {
        same = same && whole == feed(role, text, cut, all);
    }
    if (!same) {
        std::abort();
    }
    return 0;
}
