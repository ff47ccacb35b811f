#pragma once

namespace aggregator::base {

/// Prints the broken expectation and ends the process.
[[noreturn]] void assert_failed(const char* expression, const char* file, int line);

}  // namespace aggregator::base

/// What may not happen, checked in every build that runs tests. The only macro of this program: it
/// needs the expression's text and place, and must cost nothing in a release.
#ifdef AGGREGATOR_ASSERTS
#define AGG_ASSERT(expression) \
    ((expression) ? void(0) : ::aggregator::base::assert_failed(#expression, __FILE__, __LINE__))
#else
#define AGG_ASSERT(expression) void(sizeof(expression))
#endif
