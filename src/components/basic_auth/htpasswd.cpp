#include "components/basic_auth/htpasswd.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

namespace aggregator::components {

namespace {

constexpr std::size_t kFaultsMax = 10;
constexpr std::size_t kSaltMax = 16;       // characters, of SHA-256 and SHA-512
constexpr std::size_t kBcryptLength = 53;  // salt and digest
constexpr std::size_t kSha256Length = 43;
constexpr std::size_t kSha512Length = 86;
constexpr unsigned kBcryptCostMin = 4;
constexpr unsigned kRoundsMin = 1000;
constexpr std::string_view kNoHash =
    "is no hash by bcrypt ($2y$) or by SHA-256 or SHA-512 of crypt ($5$, $6$)";

bool is_digit_of_crypt(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '/';
}

bool is_of_crypt(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit_of_crypt);
}

bool is_bcrypt(std::string_view hash) {
    return hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
}

std::string fault_of_bcrypt(std::string_view hash) {
    const std::string_view rest = hash.substr(4);
    if (rest.size() != 3 + kBcryptLength || rest[2] != '$' || !is_of_crypt(rest.substr(3))) {
        return std::string(kNoHash);
    }
    const auto cost = base::parse_decimal(rest.substr(0, 2));
    if (!cost || *cost < kBcryptCostMin || *cost > 31) {
        return std::string(kNoHash);
    }
    return *cost > kBcryptCostMax ? "takes longer than any login may: its cost is above 16"
                                  : std::string();
}

std::string fault_of_sha(std::string_view hash, std::size_t length) {
    constexpr std::string_view kRounds = "rounds=";
    std::string_view rest = hash.substr(3);
    if (rest.starts_with(kRounds)) {
        const std::size_t end = rest.find('$');
        const auto rounds = base::parse_decimal(
            rest.substr(kRounds.size(), end == rest.npos ? 0 : end - kRounds.size()));
        if (!rounds || *rounds < kRoundsMin) {
            return std::string(kNoHash);
        }
        if (*rounds > kRoundsMax) {
            return "takes longer than any login may: it has more than 1000000 rounds";
        }
        rest.remove_prefix(end + 1);
    }
    const std::size_t salt = rest.find('$');
    const bool whole = salt <= kSaltMax && is_of_crypt(rest.substr(0, salt)) &&
                       rest.size() == salt + 1 + length && is_of_crypt(rest.substr(salt + 1));
    return whole ? std::string() : std::string(kNoHash);
}

}  // namespace

unsigned bcrypt_cost_of(std::string_view hash) {
    return is_bcrypt(hash)
               ? static_cast<unsigned>(base::parse_decimal(hash.substr(4, 2)).value_or(0))
               : 0;
}

std::string fault_of_hash(std::string_view hash) {
    if (is_bcrypt(hash)) {
        return fault_of_bcrypt(hash);
    }
    if (hash.starts_with("$5$")) {
        return fault_of_sha(hash, kSha256Length);
    }
    if (hash.starts_with("$6$")) {
        return fault_of_sha(hash, kSha512Length);
    }
    return std::string(kNoHash);
}

bool is_user_name(std::string_view name) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
    };
    return !name.empty() && name.find(':') == name.npos &&
           std::none_of(name.begin(), name.end(), is_control);
}

Htpasswd read_htpasswd(std::string_view text) {
    Htpasswd file;
    const auto fault = [&file](std::size_t line, std::string why) {
        if (file.faults.size() < kFaultsMax) {
            file.faults.push_back({line, std::move(why)});
        }
    };
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = base::trim(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const std::size_t colon = line.find(':');
        const std::string name(line.substr(0, std::min(colon, line.size())));
        if (colon == line.npos || !is_user_name(name)) {
            fault(number, "it has no name, colon and hash");
        } else if (const std::string why = fault_of_hash(line.substr(colon + 1)); !why.empty()) {
            fault(number, "what stands behind the colon " + why);
        } else if (file.users.size() == Htpasswd::kUsersMax) {
            fault(number, "there are more than 100000 names");
            break;
        } else if (!file.users.emplace(name, line.substr(colon + 1)).second) {
            fault(number, "its name stands there twice");
        }
    }
    return file;
}

}  // namespace aggregator::components
