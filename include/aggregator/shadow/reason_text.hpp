#pragma once

#include <string_view>

#include <aggregator/shadow/ledger.hpp>

namespace aggregator::shadow {

/// What a drop reason means to the people who run the gateway, for the reference and
/// `aggregator explain`.
struct ReasonText {
    Reason reason;
    std::string_view meaning;  ///< why there was no copy, or no answer to it
    std::string_view advice;   ///< what to do about it
};

/// The text of a reason. Every reason has one: without it the program does not compile.
[[nodiscard]] const ReasonText& text_of(Reason reason);

}  // namespace aggregator::shadow
