// Files of users, and what clients say about themselves. What is taken is verified afterwards, by a
// library that may not be given anything else.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "components/basic_auth/credentials.hpp"
#include "components/basic_auth/htpasswd.hpp"

using namespace aggregator;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const components::Htpasswd file = components::read_htpasswd(text);
    for (const auto& [name, hash] : file.users) {
        const bool sound = components::is_user_name(name) &&
                           components::fault_of_hash(hash).empty() && hash.starts_with('$') &&
                           hash.find_first_of(":\r\n\t ") == std::string::npos &&
                           components::bcrypt_cost_of(hash) <= components::kBcryptCostMax;
        if (!sound) {
            std::abort();
        }
    }
    const http::Field field{"Authorization", text};
    const auto said = components::read_credentials({&field, 1});
    if (said && *said && (*said)->name.find(':') != std::string::npos) {
        std::abort();
    }
    return 0;
}
