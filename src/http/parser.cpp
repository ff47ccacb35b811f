#include <aggregator/http/parser.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <aggregator/base/assert.hpp>

#include "http/characters.hpp"
#include "http/chunks.hpp"
#include "http/head_lines.hpp"

namespace aggregator::http {
namespace {

/// Empty lines in front of a request (RFC 9112 2.2); clients are known to send one.
constexpr unsigned kEmptyLinesMax = 16;

constexpr int kNoContent = 204;
constexpr int kNotModified = 304;
constexpr int kFinalStatus = 200;

constexpr Refusal kTooManyEmptyLines{.code = Code::BadRequest,
                                     .why = "too many empty lines in front of a request"};
constexpr Refusal kHeadTooLarge{.code = Code::HeadTooLarge, .why = "a head that is too large"};
constexpr Refusal kTooManyFields{.code = Code::TooManyHeaders, .why = "too many header lines"};
constexpr Refusal kNotOneHost{.code = Code::BadRequest, .why = "not exactly one Host"};
constexpr Refusal kBareReturn{.code = Code::BadRequest, .why = "a bare carriage return"};
constexpr Refusal kBareFeed{.code = Code::BadRequest, .why = "a bare line feed"};
constexpr Refusal kControl{.code = Code::BadRequest, .why = "a control character"};

/// Where a text stands in the head, counted from the head's first byte.
struct Range {
    std::uint32_t at = 0;
    std::uint32_t size = 0;

    [[nodiscard]] std::string_view of(std::string_view head) const {
        return {head.data() + at, size};
    }
};

struct FieldRange {
    Range name;
    Range value;
};

Range range_of(std::string_view text, std::string_view head) {
    return {static_cast<std::uint32_t>(text.data() - head.data()),
            static_cast<std::uint32_t>(text.size())};
}

}  // namespace

struct Parser::State {
    enum class Phase : std::uint8_t { StartLine, FieldLines, Sized, Chunked, UntilClose, Complete };

    State(Role wanted, HeadLimits wanted_limits) : role(wanted), limits(wanted_limits) {}

    Role role;
    HeadLimits limits;
    Phase phase = Phase::StartLine;
    bool no_body = false;
    unsigned empty_lines = 0;
    // Of a head that is not whole, counted from its first byte:
    std::size_t line = 0;     // where the line begins that has no end yet
    std::size_t scanned = 0;  // how far its end was looked for
    StartLine start;
    Range method;
    Range target;
    std::vector<FieldRange> ranges;
    HeadFraming framing;
    std::vector<Field> fields;
    std::uint64_t left = 0;  // of a body whose length is known
    Chunks chunks;

    void reset();
    [[nodiscard]] bool in_head() const { return phase <= Phase::FieldLines; }
    [[nodiscard]] bool is_request() const { return role == Role::Request; }

    [[nodiscard]] Result<Step> take_head(std::string_view input);
    [[nodiscard]] std::size_t skip_empty_lines(std::string_view input);
    [[nodiscard]] const Refusal* no_line_end(std::string_view head) const;
    [[nodiscard]] const Refusal* take_lines(std::string_view head);
    [[nodiscard]] const Refusal* take_line(std::string_view line_text, std::string_view head);
    [[nodiscard]] const Refusal* take_field(std::string_view line_text, std::string_view head);
    [[nodiscard]] const Refusal* end_head();
    [[nodiscard]] bool bodiless() const;
    [[nodiscard]] Phase body_phase() const;
    void show(std::string_view head);
    [[nodiscard]] Result<Step> take_body_piece(std::string_view input);
    [[nodiscard]] tl::unexpected<Error> failure(const Refusal& refusal) const;
};

void Parser::State::reset() {
    phase = Phase::StartLine;
    no_body = false;
    empty_lines = 0;
    line = 0;
    scanned = 0;
    start = {};
    ranges.clear();
    fields.clear();
    framing = {};
}

/// RFC 9112 2.2. An empty line of which only the CR has come is left for the next time.
std::size_t Parser::State::skip_empty_lines(std::string_view input) {
    std::size_t skipped = 0;
    while (is_request() && scanned == 0 && input.substr(skipped, 2) == "\r\n") {
        ++empty_lines;
        skipped += 2;
    }
    return skipped;
}

Result<Step> Parser::State::take_head(std::string_view input) {
    const std::size_t skipped = skip_empty_lines(input);
    if (empty_lines > kEmptyLinesMax) {
        return failure(kTooManyEmptyLines);
    }
    const std::string_view head = input.substr(skipped);
    if (const Refusal* const refusal = take_lines(head)) {
        return failure(*refusal);
    }
    if (in_head()) {
        return Step{skipped, {}};
    }
    show(head);
    return Step{skipped + line, {}};
}

/// Why a line has no end where its first control character stands; null if more input is needed.
const Refusal* Parser::State::no_line_end(std::string_view head) const {
    const std::string_view found = head.substr(0, limits.bytes_max).substr(scanned, 2);
    if (found.empty() || found == "\r") {
        return head.size() > limits.bytes_max ? &kHeadTooLarge : nullptr;
    }
    if (found.front() == '\r') {
        return &kBareReturn;
    }
    return found.front() == '\n' ? &kBareFeed : &kControl;
}

/// Takes whole lines up to the end of the head, or of what there is of it.
const Refusal* Parser::State::take_lines(std::string_view head) {
    const std::string_view within = head.substr(0, limits.bytes_max);
    while (in_head()) {
        scanned = find_control(within, scanned);
        if (scanned + 1 >= within.size() || within[scanned] != '\r' ||
            within[scanned + 1] != '\n') {
            return no_line_end(head);
        }
        const std::string_view text = head.substr(line, scanned - line);
        scanned += 2;
        line = scanned;
        const bool last = text.empty() && phase == Phase::FieldLines;
        if (const Refusal* const refusal = last ? end_head() : take_line(text, head)) {
            return refusal;
        }
    }
    return nullptr;
}

const Refusal* Parser::State::take_line(std::string_view line_text, std::string_view head) {
    if (phase == Phase::FieldLines) {
        return take_field(line_text, head);
    }
    phase = Phase::FieldLines;
    if (!is_request()) {
        return read_status_line(line_text, start);
    }
    const Refusal* const refusal = read_request_line(line_text, start);
    if (refusal == nullptr) {
        method = range_of(start.method, head);
        target = range_of(start.target, head);
    }
    return refusal;
}

const Refusal* Parser::State::take_field(std::string_view line_text, std::string_view head) {
    if (ranges.size() >= limits.fields_max) {
        return &kTooManyFields;
    }
    Field field;
    const Colon colon = is_request() ? Colon::Strict : Colon::Spaced;
    if (const Refusal* const refusal = read_field_line(line_text, colon, field)) {
        return refusal;
    }
    ranges.push_back({range_of(field.name, head), range_of(field.value, head)});
    return is_request() ? note_of_request(field, start.minor, framing)
                        : note_of_response(field, start.minor, framing);
}

const Refusal* Parser::State::end_head() {
    if (is_request() && (framing.hosts > 1 || (framing.hosts == 0 && start.minor > 0))) {
        return &kNotOneHost;
    }
    phase = body_phase();
    left = framing.length.value_or(0);
    if (phase == Phase::Chunked) {
        chunks.begin(is_request() ? Chunks::Manner::Strict : Chunks::Manner::Lenient,
                     limits.fields_max);
    }
    return nullptr;
}

bool Parser::State::bodiless() const {
    return !is_request() && (no_body || start.status < kFinalStatus || start.status == kNoContent ||
                             start.status == kNotModified);
}

/// RFC 9112 6.3.
Parser::State::Phase Parser::State::body_phase() const {
    if (bodiless()) {
        return Phase::Complete;
    }
    if (framing.chunked) {
        return Phase::Chunked;
    }
    if (framing.length) {
        return *framing.length > 0 ? Phase::Sized : Phase::Complete;
    }
    return is_request() ? Phase::Complete : Phase::UntilClose;
}

void Parser::State::show(std::string_view head) {
    if (is_request()) {
        start.method = method.of(head);
        start.target = target.of(head);
    }
    fields.resize(ranges.size());
    std::transform(ranges.begin(), ranges.end(), fields.begin(), [head](const FieldRange& range) {
        return Field{range.name.of(head), range.value.of(head)};
    });
}

Result<Step> Parser::State::take_body_piece(std::string_view input) {
    if (phase == Phase::UntilClose) {
        return Step{input.size(), input};
    }
    if (phase == Phase::Sized) {
        const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left, input.size()));
        left -= bytes;
        phase = left == 0 ? Phase::Complete : Phase::Sized;
        return Step{bytes, input.substr(0, bytes)};
    }
    const auto taken = chunks.take(input);
    if (!taken) {
        return failure(taken.error());
    }
    if (chunks.done()) {
        phase = Phase::Complete;
    }
    return Step{taken->consumed, taken->data};
}

tl::unexpected<Error> Parser::State::failure(const Refusal& refusal) const {
    if (role == Role::Response) {
        return base::fail(Code::BadResponse,
                          "the backend's answer is not valid HTTP: " + std::string(refusal.why));
    }
    return base::fail(refusal.code, std::string(refusal.why));
}

Parser::Parser(Role role, HeadLimits limits) : state_(std::make_unique<State>(role, limits)) {}

Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

void Parser::reset() { state_->reset(); }

void Parser::expect_no_body() { state_->no_body = true; }

Result<Step> Parser::step(std::string_view input) {
    AGG_ASSERT(!complete());
    return state_->in_head() ? state_->take_head(input) : state_->take_body_piece(input);
}

Result<void> Parser::end_of_input() {
    if (!head_done()) {
        return base::fail(Code::Closed, "the connection was closed before a whole head had come");
    }
    if (state_->phase == State::Phase::UntilClose) {
        state_->phase = State::Phase::Complete;
    }
    if (!complete()) {
        return base::fail(Code::Closed, "the connection was closed before the whole body had come");
    }
    return {};
}

void Parser::move_head(std::string_view head) {
    AGG_ASSERT(head_done());
    state_->show(head);
}

bool Parser::head_done() const { return !state_->in_head(); }

bool Parser::complete() const { return state_->phase == State::Phase::Complete; }

std::string_view Parser::method() const { return state_->start.method; }

std::string_view Parser::target() const { return state_->start.target; }

int Parser::status() const { return state_->start.status; }

Fields Parser::fields() const { return state_->fields; }

bool Parser::http11() const { return state_->start.minor > 0; }

bool Parser::keep_alive() const {
    const HeadFraming& framing = state_->framing;
    // Of an answer without a length, the connection's end is the body's.
    if (state_->role == Role::Response && state_->body_phase() == State::Phase::UntilClose) {
        return false;
    }
    // A body that may not be there: nobody knows whether it comes (RFC 9110 8.6).
    if (state_->start.status == kNoContent && (framing.chunked || framing.length.value_or(0) > 0)) {
        return false;
    }
    return !framing.closes && (http11() || framing.keeps);
}

bool Parser::bodiless() const { return state_->bodiless(); }

std::optional<std::uint64_t> Parser::content_length() const { return state_->framing.length; }

}  // namespace aggregator::http
