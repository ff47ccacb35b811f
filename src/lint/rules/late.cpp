#include "lint/rules/late.hpp"

#include <charconv>
#include <limits>

#include <aggregator/plan/placeholders.hpp>

namespace aggregator::lint {

namespace {

constexpr std::string_view kStart = "resp";

Reference reference_from(std::string_view name) {
    Reference reference{.shown = quoted('{' + std::string(name) + '}'), .path = {}};
    const std::size_t mark = name.find('_');
    const auto [end, failure] =
        std::from_chars(name.data() + kStart.size(), name.data() + mark, reference.number);
    if (failure != std::errc{}) {
        reference.number = std::numeric_limits<std::uint32_t>::max();
    }
    reference.path = name.substr(mark + 1);
    return reference;
}

}  // namespace

std::vector<Reference> references_of(const config::BackendConfig& backend) {
    std::vector<Reference> references;
    for (const std::string& name : plan::placeholder_names(backend.url_pattern)) {
        if (plan::is_late_placeholder(name) && name.starts_with(kStart)) {
            references.push_back(reference_from(name));
        }
    }
    return references;
}

Names placeholders_with(std::string_view start, const config::BackendConfig& backend) {
    Names names;
    for (const std::string& name : plan::placeholder_names(backend.url_pattern)) {
        if (plan::is_late_placeholder(name) && name.starts_with(start)) {
            names.push_back(quoted('{' + name + '}'));
        }
    }
    return names;
}

}  // namespace aggregator::lint
