#pragma once

#include <string_view>

#include <aggregator/base/error.hpp>

namespace aggregator::base {

/// What an error means to the people who run the gateway. The reference and `aggregator explain`
/// show it; the data path never reads it.
struct ErrorText {
    Code code;
    std::string_view meaning;  ///< what happened, in one or two sentences
    std::string_view advice;   ///< what to do about it; empty where nothing is wrong
};

/// The text of a code. Every code has one: without it the program does not compile.
[[nodiscard]] const ErrorText& text_of(Code code);

/// `client`, `backend`, `gateway` or `operator`: who has to act.
[[nodiscard]] std::string_view name_of(Fault fault);

}  // namespace aggregator::base
