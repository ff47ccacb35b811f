// Beast asserts that a final chunk's header came in at least five bytes, which a slow peer can
// break; the code behind the assertion handles it.
#define BOOST_DISABLE_ASSERTS

#include <aggregator/http/parser.hpp>

#include <algorithm>
#include <limits>
#include <variant>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>

namespace aggregator::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using ErrorCode = beast::error_code;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// What the parsers of both roles note.
struct Notes {
    HeadLimits limits;
    std::vector<Field> fields;
    std::string_view method;
    std::string_view target;
    std::string_view body;
    int status = 0;
    int version = 11;
    bool has_length = false;
    bool has_coding = false;
    std::uint32_t hosts = 0;
    std::optional<Code> refusal;  // more telling than Beast's own error
    bool in_head = true;

    /// For the next message; the limits and the memory stay.
    void clear() {
        fields.clear();
        body = {};
        status = 0;
        version = 11;
        has_length = false;
        has_coding = false;
        hosts = 0;
        refusal.reset();
        in_head = true;
    }
};

void refuse(Notes& notes, Code code, ErrorCode& ec) {
    notes.refusal = code;
    ec = error::bad_field;
}

/// Beast unfolds folded lines (RFC 9112 5.2); a value that does not follow its name on the same
/// line was folded.
bool folded(std::string_view name, std::string_view value) {
    const char* at = name.data() + name.size() + 1;
    if (value.data() < at || value.data() > at + std::numeric_limits<std::uint32_t>::max()) {
        return true;
    }
    for (; at != value.data(); ++at) {
        if (*at != ' ' && *at != '\t') {
            return true;
        }
    }
    return false;
}

/// RFC 9112 6.1 and 6.3: chunked must be last and stand once, else the body's end cannot be known.
Code coding_fault(std::string_view codings) {
    bool last_is_chunked = false;
    while (!codings.empty()) {
        if (last_is_chunked) {
            return Code::BadRequest;
        }
        const auto comma = std::min(codings.find(','), codings.size());
        last_is_chunked =
            base::equal_ignoring_case(base::trim(codings.substr(0, comma)), "chunked");
        codings.remove_prefix(std::min(comma + 1, codings.size()));
    }
    return last_is_chunked ? Code::UnsupportedCoding : Code::BadRequest;
}

void check_framing(Notes& notes, beast::http::field id, std::string_view value, ErrorCode& ec) {
    using beast::http::field;
    if (id == field::content_length) {
        if (notes.has_length || notes.has_coding || !base::parse_decimal(value)) {
            refuse(notes, Code::BadRequest, ec);
        }
        notes.has_length = true;
    } else if (id == field::transfer_encoding) {
        if (notes.has_coding || notes.has_length || notes.version < 11) {
            refuse(notes, Code::BadRequest, ec);
        } else if (!base::equal_ignoring_case(value, "chunked")) {
            refuse(notes, coding_fault(value), ec);
        }
        notes.has_coding = true;
    } else if (id == field::host) {
        ++notes.hosts;
    }
}

template <bool kIsRequest>
class Reader : public beast::http::basic_parser<kIsRequest> {
public:
    explicit Reader(Notes& notes) : notes_(notes) {
        this->header_limit(notes.limits.bytes_max);
        // No limit here: whoever holds a body limits it. An empty optional would refuse every
        // length.
        this->body_limit(std::numeric_limits<std::uint64_t>::max());
    }

private:
    using Text = beast::string_view;

    // NOLINTNEXTLINE(readability-function-size): Beast calls it with five parameters.
    void on_request_impl(beast::http::verb, Text method, Text target, int version,
                         ErrorCode& ec) override {
        notes_.method = view(method);
        notes_.target = view(target);
        notes_.version = version;
        ec = {};
    }
    void on_response_impl(int status, Text, int version, ErrorCode& ec) override {
        notes_.status = status;
        notes_.version = version;
        ec = {};
    }
    void on_field_impl(beast::http::field id, Text name, Text value, ErrorCode& ec) override {
        ec = {};
        if (!notes_.in_head) {
            return;  // a trailer: nothing asks for it, and it must not pose as a header
        }
        if (notes_.fields.size() >= notes_.limits.fields_max) {
            return refuse(notes_, Code::TooManyHeaders, ec);
        }
        if (folded(view(name), view(value))) {
            return refuse(notes_, Code::BadRequest, ec);
        }
        check_framing(notes_, id, view(value), ec);
        notes_.fields.push_back({view(name), view(value)});
    }
    void on_header_impl(ErrorCode& ec) override {
        ec = {};
        notes_.in_head = false;
        if (kIsRequest && (notes_.hosts > 1 || (notes_.hosts == 0 && notes_.version == 11))) {
            refuse(notes_, Code::BadRequest, ec);
        }
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode& ec) override {
        ec = {};
    }
    std::size_t on_body_impl(Text body, ErrorCode& ec) override {
        ec = {};
        notes_.body = view(body);
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode& ec) override { ec = {}; }
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, ErrorCode& ec) override {
        return on_body_impl(body, ec);
    }
    void on_finish_impl(ErrorCode& ec) override { ec = {}; }

    Notes& notes_;
};

/// What is left when more input is needed is made of lines: of the head, of a chunk's size, of
/// trailers.
bool has_bare_line_feed(std::string_view input) {
    for (auto at = input.find('\n'); at != std::string_view::npos; at = input.find('\n', at + 1)) {
        if (at == 0 || input[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

/// Whether the first line ends with a well-formed version of HTTP.
bool names_other_version(std::string_view input) {
    constexpr std::string_view kForm = "HTTP/";
    const auto line = input.substr(0, input.find("\r\n"));
    const auto word = line.substr(std::min(line.rfind(' ') + 1, line.size()));
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return word.size() == 8 && word.starts_with(kForm) && digit(word[5]) && word[6] == '.' &&
           digit(word[7]) && std::count(line.begin(), line.end(), ' ') == 2;
}

Code request_code(const ErrorCode& ec, const Notes& notes, std::string_view input) {
    if (notes.refusal) {
        return *notes.refusal;
    }
    if (ec == error::header_limit) {
        return Code::HeadTooLarge;
    }
    if (ec == error::bad_version && names_other_version(input)) {
        return Code::UnsupportedVersion;
    }
    return notes.in_head ? Code::BadRequest : Code::BadBody;
}

std::string explain(const ErrorCode& ec, const Notes& notes) {
    if (!notes.refusal) {
        return ec.message();
    }
    switch (*notes.refusal) {
        case Code::TooManyHeaders:
            return "more than " + std::to_string(notes.limits.fields_max) + " header lines";
        case Code::UnsupportedCoding:
            return "a transfer coding other than chunked";
        default:
            return "ambiguous framing, a folded header line, or not exactly one Host";
    }
}

}  // namespace

struct Parser::State {
    explicit State(Role wanted) : role(wanted) {}

    Role role;
    Notes notes;
    std::variant<std::monostate, Reader<true>, Reader<false>> reader;
    bool no_body = false;
    std::size_t looked_at = 0;  // bytes of a head that was not whole

    template <typename Visitor>
    auto visit(Visitor visitor) const {
        return role == Role::Request ? visitor(*std::get_if<Reader<true>>(&reader))
                                     : visitor(*std::get_if<Reader<false>>(&reader));
    }
    template <typename Visitor>
    auto visit(Visitor visitor) {
        return role == Role::Request ? visitor(*std::get_if<Reader<true>>(&reader))
                                     : visitor(*std::get_if<Reader<false>>(&reader));
    }

    void begin() {
        if (role == Role::Request) {
            reader.emplace<Reader<true>>(notes);
        } else {
            reader.emplace<Reader<false>>(notes).skip(no_body);
        }
    }

    std::size_t put(std::string_view input, ErrorCode& ec) {
        return visit([&](auto& parser) {
            return parser.put(boost::asio::const_buffer(input.data(), input.size()), ec);
        });
    }

    /// RFC 9112 2.2: an empty line in front of a request is passed over.
    [[nodiscard]] std::size_t skip_empty_lines(std::string_view input) const {
        std::size_t skipped = 0;
        while (role == Role::Request && looked_at == 0 && input.substr(skipped, 2) == "\r\n") {
            skipped += 2;
        }
        return skipped;
    }

    /// A head that was incomplete once is looked at again only when its end has come, so that a
    /// slow one costs no more than its length.
    [[nodiscard]] bool head_may_be_whole(std::string_view input) {
        if (looked_at == 0 || input.size() > notes.limits.bytes_max) {
            return true;
        }
        const std::size_t from = looked_at > 3 ? looked_at - 3 : 0;
        const auto fresh = input.substr(from);
        looked_at = input.size();
        return fresh.find("\r\n\r\n") != std::string_view::npos ||
               has_bare_line_feed(fresh.substr(from > 0 ? 1 : 0));
    }

    [[nodiscard]] Result<Step> wait_for_more(Step step, std::string_view input, std::size_t used) {
        const auto left = input.substr(used);
        if (left.size() > notes.limits.bytes_max) {
            return failure(error::header_limit, input);
        }
        if (has_bare_line_feed(left)) {
            return failure(error::bad_line_ending, input);  // Beast would wait for a proper one
        }
        if (notes.in_head) {
            // Beast has taken whole lines already, but their memory may move before the rest comes:
            // begin again then.
            notes.clear();
            begin();
            looked_at = input.size();
        }
        step.consumed += used;
        return step;
    }

    [[nodiscard]] tl::unexpected<Error> failure(const ErrorCode& ec, std::string_view input) const {
        if (role == Role::Response) {
            return base::fail(Code::BadResponse,
                              "the backend's answer is not valid HTTP: " + explain(ec, notes));
        }
        return base::fail(request_code(ec, notes, input), explain(ec, notes));
    }
};

Parser::Parser(Role role, HeadLimits limits) : state_(std::make_unique<State>(role)) {
    state_->notes.limits = limits;
    reset();
}

Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

void Parser::reset() {
    state_->notes.clear();
    state_->no_body = false;
    state_->looked_at = 0;
    state_->begin();
}

void Parser::expect_no_body() {
    state_->no_body = true;
    state_->begin();
}

Result<Step> Parser::step(std::string_view input) {
    AGG_ASSERT(!complete());
    Step step;
    if (state_->notes.in_head) {
        step.consumed = state_->skip_empty_lines(input);
        input.remove_prefix(step.consumed);
        if (input.empty() || !state_->head_may_be_whole(input)) {
            return step;
        }
    }
    if (input.empty()) {
        return step;
    }
    const bool was_head = state_->notes.in_head;
    ErrorCode ec;
    state_->notes.body = {};
    const auto used = state_->put(input, ec);
    if (ec == error::need_more) {
        return state_->wait_for_more(step, input, was_head ? 0 : used);
    }
    if (ec) {
        return state_->failure(ec, input);
    }
    step.consumed += used;
    step.body = state_->notes.body;
    return step;
}

Result<void> Parser::end_of_input() {
    if (!started() || !head_done()) {
        return base::fail(Code::Closed, "the connection was closed before a whole head had come");
    }
    ErrorCode ec;
    state_->visit([&](auto& reader) { reader.put_eof(ec); });
    if (ec) {
        return base::fail(Code::Closed, "the connection was closed before the whole body had come");
    }
    return {};
}

bool Parser::started() const { return state_->looked_at > 0 || head_done(); }

bool Parser::head_done() const { return !state_->notes.in_head; }

bool Parser::complete() const {
    return state_->visit([](const auto& reader) { return reader.is_done(); });
}

std::string_view Parser::method() const { return state_->notes.method; }

std::string_view Parser::target() const { return state_->notes.target; }

int Parser::status() const { return state_->notes.status; }

Fields Parser::fields() const { return state_->notes.fields; }

bool Parser::http11() const { return state_->notes.version == 11; }

bool Parser::keep_alive() const {
    return state_->visit([](const auto& reader) { return reader.keep_alive(); });
}

bool Parser::has_body() const { return !complete() || !state_->notes.body.empty(); }

std::optional<std::uint64_t> Parser::content_length() const {
    const auto length = state_->visit([](const auto& reader) { return reader.content_length(); });
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

}  // namespace aggregator::http
