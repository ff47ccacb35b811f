#include "http/inflater.hpp"

#include <algorithm>

namespace aggregator::http {

namespace {

constexpr int kGzipOnly =
    15 + 16;  // the largest window, and zlib's mark for "a gzip header, nothing else"

}  // namespace

Inflater::Inflater() { ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK; }

Inflater::~Inflater() { inflateEnd(&stream_); }

Inflater::Step Inflater::step(std::string_view& input, std::span<char> room) {
    if (!ready_) {
        return {0, State::Damaged};
    }
    if (member_ended_) {
        inflateReset(&stream_);
        member_ended_ = false;
    }
    const std::size_t given = std::min<std::size_t>(input.size(), 1u << 30);
    // zlib reads through a pointer that is not const.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream_.avail_in = static_cast<uInt>(given);
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(room.size());
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    input.remove_prefix(given - stream_.avail_in);
    const std::size_t written = room.size() - stream_.avail_out;
    member_ended_ = outcome == Z_STREAM_END;
    if (member_ended_) {
        return {written, State::MemberEnd};
    }
    const bool goes_on = outcome == Z_OK || outcome == Z_BUF_ERROR;
    return {written, goes_on ? State::More : State::Damaged};
}

}  // namespace aggregator::http
