#include <aggregator/http/tee.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/held.hpp>

namespace aggregator::http {

namespace {

constexpr std::size_t kChunkBytes = 16384;

struct Chunk {
    std::array<char, kChunkBytes> bytes;
    std::size_t used = 0;
};

std::string_view why_given_up(Code code) {
    switch (code) {
        case Code::Lagging:
            return "too far behind the body's sender";
        case Code::TooManyCalls:
            return "no room for the bytes that it has not read";
        case Code::Internal:
            return "the body's first bytes are gone already";
        case Code::MemoryFull:
            return "the memory for bodies is used up";
        default:
            return "the body is longer than the limit";
    }
}

}  // namespace

void HeldBytes::add(std::uint64_t more) {
    for (HeldBytes* one = this; one != nullptr; one = one->whole) {
        one->bytes += more;
    }
}

void HeldBytes::subtract(std::uint64_t fewer) {
    for (HeldBytes* one = this; one != nullptr; one = one->whole) {
        AGG_ASSERT(one->bytes >= fewer);
        one->bytes -= std::min(one->bytes, fewer);
    }
}

bool HeldBytes::has_room(std::uint64_t more) const {
    for (const HeldBytes* one = this; one != nullptr; one = one->whole) {
        if (one->bytes > one->bytes_max || one->bytes_max - one->bytes < more) {
            return false;
        }
    }
    return true;
}

// What the Tee and its readers share: the bytes that someone still needs. All chunks but the last
// are full.
class Tee::State final : private base::Holding {
public:
    State(base::Loop& loop, BodyStream& source, std::uint64_t bytes_max);

    void detach();
    void add(Reader& reader);
    /// Whether nothing of the body has been let go.
    [[nodiscard]] bool has_start() const { return start_ == 0; }
    [[nodiscard]] bool complete() const { return complete_; }
    void remove(Reader& reader);
    [[nodiscard]] std::optional<std::uint64_t> length() const { return length_; }
    [[nodiscard]] Result<Piece> read(Reader& reader);

private:
    [[nodiscard]] bool may_pull(const Reader& reader) const;
    void pull();
    void append(std::string_view bytes);
    [[nodiscard]] Piece lend(Reader& reader);
    void give_up_excess();
    void release();
    void wake_soon();
    void wake_waiting();
    void note_held();
    void give_up(base::HeldKind kind) override;

    BodyStream* source_;
    std::optional<std::uint64_t> length_;
    std::uint64_t bytes_max_;
    std::deque<std::shared_ptr<Chunk>> chunks_;
    std::uint64_t start_ = 0;  // where the first chunk stands in the body
    std::uint64_t end_ = 0;    // how much the source has given
    bool complete_ = false;
    std::optional<Error> error_;
    std::vector<Reader*> readers_;  // null where one is gone, so that a walk over them never breaks
    base::Timer wake_later_;
};

// One reader's place in the body.
class Tee::Reader final : public BodyStream {
public:
    enum class Pace : std::uint8_t { Own, Followed };  // whether the source waits for it

    Reader(std::shared_ptr<State> shared, Pace own, const Limits& allowed)
        : state(std::move(shared)), pace(own), limits(allowed) {
        state->add(*this);
    }
    ~Reader() override {
        hold_nothing();
        state->remove(*this);
    }

    Result<Piece> next() override {
        Result<Piece> piece = state->read(*this);
        waits = piece && piece->state == Piece::State::Wait;
        return piece;
    }
    void wake_with(std::function<void()> run) override { wake = std::move(run); }
    std::optional<std::uint64_t> length() const override { return state->length(); }
    bool broken() const override { return given_up.has_value(); }

    /// Counts what it has not read of a body of `end` bytes.
    void hold_up_to(std::uint64_t end) {
        if (limits.held != nullptr) {
            limits.held->add(end - position - held);
            held = end - position;
        }
    }
    void hold_fewer(std::uint64_t bytes) {
        if (limits.held != nullptr) {
            limits.held->subtract(bytes);
            held -= bytes;
        }
    }
    void hold_nothing() { hold_fewer(held); }

    [[nodiscard]] std::optional<Code> excess(std::uint64_t end) const {
        if (end > limits.body_bytes_max) {
            return Code::BodyTooLarge;
        }
        if (end - position > limits.lag_bytes_max) {
            return Code::Lagging;
        }
        const bool fits = limits.held == nullptr || limits.held->has_room(0);
        return fits ? std::nullopt : std::optional(Code::TooManyCalls);
    }

    std::shared_ptr<State> state;
    Pace pace;
    Limits limits;
    std::uint64_t position = 0;
    std::uint64_t held = 0;
    std::shared_ptr<Chunk> lent;  // holds the bytes that its user looks at
    std::optional<Code> given_up;
    bool waits = false;
    std::function<void()> wake;
};

Tee::State::State(base::Loop& loop, BodyStream& source, std::uint64_t bytes_max)
    : Holding(loop.held()),
      source_(&source),
      length_(source.length()),
      bytes_max_(bytes_max),
      wake_later_(loop, [this] { wake_waiting(); }) {
    if (length_ && *length_ > bytes_max) {
        error_ = Error{Code::BodyTooLarge, "the declared length is above the limit"};
    }
    source.wake_with([this] { wake_waiting(); });
}

void Tee::State::detach() {
    if (source_ == nullptr) {
        return;
    }
    source_->wake_with({});
    source_ = nullptr;
    if (!complete_ && !error_) {
        error_ = Error{Code::ClientClosed, "the body's sender is gone"};
    }
    wake_soon();
}

void Tee::State::add(Reader& reader) {
    readers_.push_back(&reader);
    if (!has_start()) {
        reader.given_up = Code::Internal;
    }
}

void Tee::State::remove(Reader& reader) {
    std::ranges::replace(readers_, &reader, nullptr);
    release();
    wake_soon();  // it may have been the one that the others waited for
}

Result<Piece> Tee::State::read(Reader& reader) {
    reader.lent.reset();
    if (!reader.given_up && reader.position == end_ && may_pull(reader)) {
        pull();
    }
    if (reader.given_up) {
        return base::fail(*reader.given_up, std::string(why_given_up(*reader.given_up)));
    }
    if (reader.position < start_) {  // never, by add() and release(); but never a wild read either
        return base::fail(Code::Internal, std::string(why_given_up(Code::Internal)));
    }
    if (reader.position < end_) {
        return lend(reader);
    }
    if (error_) {
        return base::fail(*error_);
    }
    return Piece{{}, complete_ ? Piece::State::End : Piece::State::Wait};
}

// While there is a reader that the source waits for, only that one asks it: what asking tells the
// body's sender must not depend on the others.
bool Tee::State::may_pull(const Reader& reader) const {
    const auto leads = [](const Reader* one) {
        return one != nullptr && one->pace == Reader::Pace::Followed;
    };
    return source_ != nullptr && !complete_ && !error_ &&
           (leads(&reader) || std::ranges::none_of(readers_, leads));
}

void Tee::State::pull() {
    const Result<Piece> piece = source_->next();
    if (!piece) {
        error_ = piece.error();
    } else if (piece->bytes.size() > bytes_max_ - end_) {
        error_ = Error{Code::BodyTooLarge, "the body is longer than the limit"};
    } else {
        append(piece->bytes);
        complete_ = piece->state == Piece::State::End;
    }
    if (error_ || complete_ || !piece->bytes.empty()) {
        give_up_excess();
        wake_soon();
    }
}

void Tee::State::append(std::string_view bytes) {
    end_ += bytes.size();
    while (!bytes.empty()) {
        if (chunks_.empty() || chunks_.back()->used == kChunkBytes) {
            chunks_.push_back(std::make_shared_for_overwrite<Chunk>());
        }
        Chunk& last = *chunks_.back();
        const std::size_t size = std::min(bytes.size(), kChunkBytes - last.used);
        std::memcpy(last.bytes.data() + last.used, bytes.data(), size);
        last.used += size;
        bytes.remove_prefix(size);
    }
    note_held();
}

void Tee::State::note_held() {
    // One chunk is no more than a reader of its own would need.
    if (chunks_.size() > 1) {
        hold(base::HeldKind::Body, chunks_.size() * kChunkBytes);
    } else {
        Holding::release();
    }
}

void Tee::State::give_up(base::HeldKind) {
    // Who has read all that came does not depend on what is held.
    for (Reader* const reader : readers_) {
        if (reader != nullptr && !reader->given_up && reader->position < end_) {
            reader->given_up = Code::MemoryFull;
            reader->hold_nothing();
            reader->waits = true;  // to hear of it, even if it has not asked for more
        }
    }
    release();
    wake_soon();
}

Piece Tee::State::lend(Reader& reader) {
    const std::uint64_t offset = reader.position - start_;
    reader.lent = chunks_[offset / kChunkBytes];
    const std::size_t from = offset % kChunkBytes;
    const std::string_view bytes(reader.lent->bytes.data() + from, reader.lent->used - from);
    reader.position += bytes.size();
    reader.hold_fewer(std::min<std::uint64_t>(reader.held, bytes.size()));
    release();
    const bool last = complete_ && reader.position == end_;
    return {bytes, last ? Piece::State::End : Piece::State::More};
}

void Tee::State::give_up_excess() {
    for (Reader* const reader : readers_) {
        if (reader == nullptr || reader->given_up) {
            continue;
        }
        reader->hold_up_to(end_);
        reader->given_up = reader->excess(end_);
        if (reader->given_up) {
            reader->hold_nothing();
            reader->waits = true;  // to hear of it, even if it has not asked for more
        }
    }
    release();
}

void Tee::State::release() {
    std::uint64_t needed = end_;
    for (const Reader* const reader : readers_) {
        if (reader != nullptr && !reader->given_up) {
            needed = std::min(needed, reader->position);
        }
    }
    bool released = false;
    while (!chunks_.empty() && chunks_.front()->used == kChunkBytes &&
           start_ + kChunkBytes <= needed) {
        chunks_.pop_front();
        start_ += kChunkBytes;
        released = true;
    }
    if (released) {
        note_held();
    }
}

void Tee::State::wake_soon() {
    if (std::ranges::any_of(
            readers_, [](const Reader* reader) { return reader != nullptr && reader->waits; })) {
        wake_later_.start({});
    }
}

void Tee::State::wake_waiting() {
    const auto living =
        std::ranges::find_if(readers_, [](const Reader* reader) { return reader != nullptr; });
    if (living == readers_.end()) {
        return;
    }
    // What is woken may destroy every reader and the Tee.
    const std::shared_ptr<State> alive = (*living)->state;
    for (std::size_t i = 0; i < readers_.size(); ++i) {
        if (readers_[i] != nullptr && readers_[i]->waits && readers_[i]->wake) {
            readers_[i]->waits = false;
            const std::function<void()> wake = readers_[i]->wake;
            wake();
        }
    }
}

Tee::Tee(base::Loop& loop, BodyStream& source, std::uint64_t bytes_max)
    : state_(std::make_shared<State>(loop, source, bytes_max)) {}

Tee::~Tee() { detach(); }

std::unique_ptr<BodyStream> Tee::paced_reader() {
    AGG_ASSERT(state_->has_start());
    return std::make_unique<Reader>(state_, Reader::Pace::Followed, Limits{});
}

std::unique_ptr<BodyStream> Tee::lagging_reader(const Limits& limits) {
    AGG_ASSERT(state_->has_start());
    return std::make_unique<Reader>(state_, Reader::Pace::Own, limits);
}

bool Tee::complete() const { return state_->complete(); }

void Tee::detach() { state_->detach(); }

}  // namespace aggregator::http
