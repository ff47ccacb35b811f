#include "plan/late.hpp"

#include <algorithm>
#include <charconv>

#include "plan/pattern.hpp"
#include "plan/segments.hpp"

namespace aggregator::plan {

namespace {

constexpr std::string_view kPathCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

/// `respN_path` at the start of the text, in either case of the first letter.
std::optional<LateValue> parse(std::string_view text) {
    if (!text.starts_with("resp") && !text.starts_with("Resp")) {
        return std::nullopt;
    }
    LateValue value;
    const char* const digits = text.data() + 4;
    const auto [end, failure] = std::from_chars(digits, text.data() + text.size(), value.part);
    if (failure != std::errc{}) {
        return std::nullopt;
    }
    const auto mark = static_cast<std::size_t>(end - text.data());
    if (mark + 1 >= text.size() || text[mark] != '_') {
        return std::nullopt;
    }
    const std::size_t stop = std::min(text.find_first_not_of(kPathCharacters, mark), text.size());
    value.name = capitalised(text.substr(0, stop));
    value.path = segments_of(text.substr(mark + 1, stop - mark - 1));
    return value;
}

void add_once(std::vector<LateValue>& values, LateValue value) {
    const bool known = std::any_of(values.begin(), values.end(),
                                   [&](const LateValue& one) { return one.name == value.name; });
    if (!known) {
        values.push_back(std::move(value));
    }
}

}  // namespace

std::vector<LateValue> late_values_of(const config::EndpointConfig& endpoint,
                                      const config::BackendConfig& backend,
                                      std::uint32_t position) {
    std::vector<LateValue> values;
    for (const std::string& name : placeholder_names(backend.url_pattern)) {
        auto value = is_late_placeholder(name) ? parse(name) : std::nullopt;
        if (value && value->part < position) {
            add_once(values, *std::move(value));
        }
    }
    for (const std::string& entry : endpoint.sequential_propagated_params) {
        for (std::size_t at = entry.find("esp"); at != std::string::npos;
             at = entry.find("esp", at + 1)) {
            auto value = at == 0 ? std::nullopt : parse(std::string_view(entry).substr(at - 1));
            if (value && value->part < position) {
                add_once(values, *std::move(value));
            }
        }
    }
    return values;
}

std::uint32_t position_of(const config::EndpointConfig& endpoint, std::uint32_t index) {
    const auto is_regular = [](const config::BackendConfig& one) { return !one.shadow; };
    const auto& backends = endpoint.backends;
    const auto before = std::count_if(backends.begin(), backends.begin() + index, is_regular);
    const auto all = std::count_if(backends.begin(), backends.end(), is_regular);
    return static_cast<std::uint32_t>(all == 0 ? 0 : std::min(before, all - 1));
}

std::vector<LateValue> shadow_late_values_of(const config::EndpointConfig& endpoint,
                                             std::uint32_t index) {
    const config::BackendConfig& shadow = endpoint.backends[index];
    auto values = late_values_of(endpoint, shadow, position_of(endpoint, index));
    const std::vector<std::string> names = placeholder_names(shadow.url_pattern);
    std::erase_if(values, [&names](const LateValue& value) {
        return std::none_of(names.begin(), names.end(), [&value](const std::string& name) {
            return capitalised(name) == value.name;
        });
    });
    return values;
}

std::vector<LateValue> follower_late_values_of(const config::EndpointConfig& endpoint,
                                               std::uint32_t position,
                                               const std::vector<LateValue>& own) {
    std::vector<LateValue> values = own;
    for (std::uint32_t i = 0; i < endpoint.backends.size(); ++i) {
        if (endpoint.backends[i].shadow && position_of(endpoint, i) == position) {
            for (LateValue& value : shadow_late_values_of(endpoint, i)) {
                add_once(values, std::move(value));
            }
        }
    }
    values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(own.size()));
    return values;
}

}  // namespace aggregator::plan
