#include <aggregator/base/constant_time.hpp>

#include <cstddef>

namespace aggregator::base {

bool equal_in_constant_time(std::string_view given, std::string_view secret) {
    unsigned difference = given.size() == secret.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size() && !secret.empty(); ++i) {
        const volatile char theirs = given[i];
        difference |= static_cast<unsigned char>(theirs ^ secret[i % secret.size()]);
    }
    return difference == 0;
}

}  // namespace aggregator::base
