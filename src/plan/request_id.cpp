#include <aggregator/plan/request_id.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <aggregator/base/text.hpp>

namespace aggregator::plan {

namespace {

using Accept = config::RequestIdConfig::Accept;
using Format = config::RequestIdConfig::Format;

constexpr std::size_t kIdMax = 128;
constexpr std::size_t kUuidSize = 36;

// Without the key, logs alone tell the id: whatever the client calls its request is of use there.
constexpr std::string_view kUnsetHeader = "X-Request-Id";

bool is_id_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._:/+=@-").find(c) != std::string_view::npos;
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kIdMax &&
           std::all_of(text.begin(), text.end(), is_id_character);
}

bool accepts(const Plan& plan, const http::Request& request) {
    const auto& wanted = plan.service.router.request_id;
    switch (wanted ? wanted->accept : Accept::Always) {
        case Accept::Always:
            return true;
        case Accept::Never:
            return false;
        case Accept::Trusted:
            break;
    }
    return plan.trusted_proxies.contains(request.client);
}

/// The field if the request has exactly one.
const http::Field* only(const http::Request& request, std::string_view name) {
    const http::Field* found = nullptr;
    for (const http::Field& field : request.headers) {
        if (base::equal_ignoring_case(field.name, name)) {
            if (found != nullptr) {
                return nullptr;
            }
            found = &field;
        }
    }
    return found;
}

std::uint64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

/// The halves of a UUID with its version and variant set.
void write_uuid(std::string& out, std::uint64_t high, std::uint64_t low) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.resize(kUuidSize, '-');
    std::size_t nibble = 0;
    for (std::size_t at = 0; at < kUuidSize; ++at) {
        if (at == 8 || at == 13 || at == 18 || at == 23) {
            continue;
        }
        const std::uint64_t half = nibble < 16 ? high : low;
        out[at] = kDigits[(half >> (60U - 4U * (nibble % 16))) & 15U];
        ++nibble;
    }
}

void make_id(Format format, base::Loop& loop, std::string& id) {
    std::uint64_t high = loop.random();
    if (format == Format::Uuid7) {
        high = (unix_ms() << 16U) | (high & 0x0FFFU) | 0x7000U;
    } else {
        high = (high & ~std::uint64_t{0xF000}) | 0x4000U;
    }
    const std::uint64_t low =
        (loop.random() & (~std::uint64_t{0} >> 2U)) | (std::uint64_t{2} << 62U);
    write_uuid(id, high, low);
}

}  // namespace

void identify(const Plan& plan, const http::Request& request, base::Loop& loop, std::string& id) {
    const auto& wanted = plan.service.router.request_id;
    id.clear();
    if (accepts(plan, request)) {
        const http::Field* const told =
            only(request, wanted ? std::string_view(wanted->header) : kUnsetHeader);
        if (told != nullptr && is_id(told->value)) {
            id = told->value;
            return;
        }
    }
    make_id(wanted ? wanted->format : Format::Uuid7, loop, id);
}

}  // namespace aggregator::plan
