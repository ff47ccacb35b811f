#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator::components {

/// Names and the hashes of their passwords. Immutable once it is read.
using Users = std::map<std::string, std::string, std::less<>>;

/// The largest cost of bcrypt, and the most rounds of the others, that one login may take.
inline constexpr unsigned kBcryptCostMax = 16;
inline constexpr unsigned kRoundsMax = 1'000'000;

/// Why a text is no hash that passwords are verified with here, for people; empty if it is one:
/// bcrypt (`$2a$`, `$2b$`, `$2y$`), or crypt's with SHA-256 or SHA-512 (`$5$`, `$6$`). Never has
/// the hash in it.
[[nodiscard]] std::string fault_of_hash(std::string_view hash);

/// The cost of a hash by bcrypt; 0 of another one.
[[nodiscard]] unsigned bcrypt_cost_of(std::string_view hash);

/// Whether a login can have that name: it has no colon (RFC 7617, section 2) and no controls.
[[nodiscard]] bool is_user_name(std::string_view name);

/// A line of a file that cannot be used.
struct HtpasswdFault {
    std::size_t line = 0;  ///< from 1
    std::string why;
};

/// A file as `htpasswd` writes it: a name, a colon and a hash a line; lines that are empty or begin
/// with `#` are passed over.
struct Htpasswd {
    static constexpr std::size_t kUsersMax = 100'000;

    Users users;
    std::vector<HtpasswdFault> faults;  ///< the first ten
};
[[nodiscard]] Htpasswd read_htpasswd(std::string_view text);

}  // namespace aggregator::components
