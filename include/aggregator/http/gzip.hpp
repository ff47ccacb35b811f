#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <aggregator/http/message.hpp>

namespace aggregator::http {

/// Whether a message's body is coded with gzip alone: `gzip` or `x-gzip` in any case (RFC 9110
/// 8.4.1).
[[nodiscard]] bool is_gzip(Fields headers);

/// Undoes the content coding `gzip` of a whole body (RFC 1952; several members in a row are one
/// text, and no byte at all is the empty text). Fails with BadEncoding if it is not gzip, is
/// damaged, is cut short or has anything after it, and with AnswerTooLarge if the text has more
/// than `bytes_max` bytes; never holds much more than that.
[[nodiscard]] Result<std::string> gunzip(std::string_view body, std::uint64_t bytes_max);

/// The same for a body that is on its way: in constant memory, of any length. Its length is not
/// known.
[[nodiscard]] std::unique_ptr<BodyStream> gunzip_stream(std::unique_ptr<BodyStream> source);

}  // namespace aggregator::http
