#include "components/basic_auth/password.hpp"

#include <memory>
#include <string_view>

#include <crypt.h>

namespace aggregator::components {

namespace {

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) {
        return false;
    }
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    }
    return difference == 0;
}

}  // namespace

bool is_password(const std::string& password, const std::string& hash) {
    if (password.size() > kPasswordBytesMax || password.find('\0') != std::string::npos) {
        return false;
    }
    const auto work = std::make_unique<crypt_data>();  // 32 KiB: too much for some stacks
    const char* const made = crypt_r(password.c_str(), hash.c_str(), work.get());
    return made != nullptr && equal_in_constant_time(made, hash);
}

}  // namespace aggregator::components
