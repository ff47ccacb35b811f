#include "components/basic_auth/password.hpp"

#include <memory>
#include <string_view>

#include <crypt.h>

#include <aggregator/base/constant_time.hpp>

namespace aggregator::components {

bool is_password(const std::string& password, const std::string& hash) {
    if (password.size() > kPasswordBytesMax || password.find('\0') != std::string::npos) {
        return false;
    }
    const auto work = std::make_unique<crypt_data>();  // 32 KiB: too much for some stacks
    const char* const made = crypt_r(password.c_str(), hash.c_str(), work.get());
    return made != nullptr && base::equal_in_constant_time(made, hash);
}

}  // namespace aggregator::components
