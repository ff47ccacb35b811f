#include <aggregator/http/gzip.hpp>

#include <array>
#include <utility>

#include <aggregator/base/text.hpp>

#include "http/inflater.hpp"

namespace aggregator::http {

namespace {

constexpr std::size_t kStepBytes = 16384;
constexpr int kStepsMax = 16;  // that give nothing, before somebody else gets his turn

tl::unexpected<Error> damaged() { return fail(Code::BadEncoding, "the gzip coding is damaged"); }

tl::unexpected<Error> cut_short() {
    return fail(Code::BadEncoding, "the gzip coding is cut short");
}

class GunzipStream final : public BodyStream {
public:
    explicit GunzipStream(std::unique_ptr<BodyStream> source) : source_(std::move(source)) {}

    Result<Piece> next() override {
        for (int steps = 0; steps < kStepsMax; ++steps) {
            if (!pending_.empty()) {
                auto piece = inflate();
                if (!piece || !piece->bytes.empty()) {
                    return piece;
                }
                continue;
            }
            if (source_ended_) {
                return ended();
            }
            auto piece = source_->next();
            if (!piece || piece->state == Piece::State::Wait) {
                return piece;
            }
            source_ended_ = piece->state == Piece::State::End;
            store_.assign(piece->bytes);
            pending_ = store_;
        }
        return Piece{{}, Piece::State::More};  // so much came to nothing: whoever asks may go on
    }

    void wake_with(std::function<void()> wake) override { source_->wake_with(std::move(wake)); }

    [[nodiscard]] std::optional<std::uint64_t> length() const override { return std::nullopt; }

private:
    Result<Piece> inflate() {
        const auto step = inflater_.step(pending_, room_);
        if (step.state == Inflater::State::Damaged) {
            return damaged();
        }
        whole_ = step.state == Inflater::State::MemberEnd;
        return Piece{std::string_view(room_.data(), step.written), Piece::State::More};
    }

    // zlib may hold text whose input it has taken already.
    Result<Piece> ended() {
        if (whole_) {
            return Piece{{}, Piece::State::End};
        }
        auto piece = inflate();
        if (piece && piece->bytes.empty() && !whole_) {
            return cut_short();
        }
        return piece;
    }

    std::unique_ptr<BodyStream> source_;
    Inflater inflater_;
    std::string store_;         // what the source gave last
    std::string_view pending_;  // of it, what was not taken yet
    bool source_ended_ = false;
    bool whole_ = true;  // nothing came, or a member ended and nothing came after it
    std::array<char, kStepBytes> room_;
};

}  // namespace

bool is_gzip(Fields headers) {
    const Field* const coding = find(headers, "Content-Encoding");
    return coding != nullptr && (base::equal_ignoring_case(coding->value, "gzip") ||
                                 base::equal_ignoring_case(coding->value, "x-gzip"));
}

Result<std::string> gunzip(std::string_view body, std::uint64_t bytes_max) {
    if (body.empty()) {
        return std::string();
    }
    Inflater inflater;
    std::array<char, kStepBytes> room;
    std::string text;
    for (;;) {
        const bool had_input = !body.empty();
        const auto step = inflater.step(body, room);
        text.append(room.data(), step.written);
        if (text.size() > bytes_max) {
            return fail(Code::AnswerTooLarge,
                        "more than " + std::to_string(bytes_max) + " bytes without gzip");
        }
        if (step.state == Inflater::State::Damaged) {
            return damaged();
        }
        if (step.state == Inflater::State::MemberEnd && body.empty()) {
            return text;
        }
        if (!had_input && step.written == 0) {
            return cut_short();
        }
    }
}

std::unique_ptr<BodyStream> gunzip_stream(std::unique_ptr<BodyStream> source) {
    return std::make_unique<GunzipStream>(std::move(source));
}

}  // namespace aggregator::http
