#include <aggregator/http/gzip.hpp>

#include <algorithm>
#include <array>

#include <zlib.h>

namespace aggregator::http {

namespace {

constexpr int kGzipOnly =
    15 + 16;  // the largest window, and zlib's mark for "a gzip header, nothing else"
constexpr std::size_t kStepBytes = 16384;

// zlib's state for one body.
class Inflater {
public:
    explicit Inflater(std::string_view body) : left_(body) {
        ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    Result<std::string> run(std::uint64_t bytes_max) {
        std::string text;
        bool member_ended = false;
        while (!(member_ended && left_.empty())) {
            if (member_ended) {
                inflateReset(&stream_);
            }
            const int outcome = ready_ ? step(text) : Z_MEM_ERROR;
            if (text.size() > bytes_max) {
                return fail(Code::AnswerTooLarge,
                            "more than " + std::to_string(bytes_max) + " bytes without gzip");
            }
            member_ended = outcome == Z_STREAM_END;
            if (!member_ended && outcome != Z_OK) {
                return fail(Code::BadEncoding, outcome == Z_BUF_ERROR
                                                   ? "the gzip coding is cut short"
                                                   : "the gzip coding is damaged");
            }
        }
        return text;
    }

private:
    // One call of inflate(): takes input and appends what it gives.
    int step(std::string& text) {
        const std::size_t given = std::min<std::size_t>(left_.size(), 1u << 30);
        // zlib reads through a pointer that is not const.
        stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(left_.data()));
        stream_.avail_in = static_cast<uInt>(given);
        stream_.next_out = reinterpret_cast<Bytef*>(chunk_.data());
        stream_.avail_out = static_cast<uInt>(chunk_.size());
        const int outcome = inflate(&stream_, Z_NO_FLUSH);
        left_.remove_prefix(given - stream_.avail_in);
        text.append(chunk_.data(), chunk_.size() - stream_.avail_out);
        return outcome;
    }

    std::string_view left_;
    z_stream stream_{};
    bool ready_ = false;
    std::array<char, kStepBytes> chunk_;
};

}  // namespace

Result<std::string> gunzip(std::string_view body, std::uint64_t bytes_max) {
    return Inflater(body).run(bytes_max);
}

}  // namespace aggregator::http
