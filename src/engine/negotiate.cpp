#include "engine/negotiate.hpp"

#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>

namespace aggregator::engine {

namespace {

using plan::Output;

constexpr std::pair<std::string_view, Output> kOffers[] = {
    {"application/json", Output::Json},
    {"text/plain", Output::Yaml},
    {"application/xml", Output::Xml},
    {"application/x-yaml", Output::Yaml},
};

bool fits(std::string_view entry, std::string_view offer) {
    const std::size_t star = entry.find('*');
    return star == std::string_view::npos ? offer.starts_with(entry)
                                          : offer.starts_with(entry.substr(0, star));
}

}  // namespace

Output negotiate(std::string_view accept) {
    while (!accept.empty()) {
        const std::size_t comma = std::min(accept.find(','), accept.size());
        const std::string_view whole = accept.substr(0, comma);
        const std::string_view entry = base::trim(whole.substr(0, whole.find(';')));
        accept.remove_prefix(std::min(comma + 1, accept.size()));
        if (entry.empty()) {
            continue;
        }
        for (const auto& [name, output] : kOffers) {
            if (fits(entry, name)) {
                return output;
            }
        }
    }
    return Output::Json;
}

}  // namespace aggregator::engine
