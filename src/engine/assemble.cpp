#include "engine/assemble.hpp"

#include <algorithm>

#include "engine/cost.hpp"
#include "engine/merge.hpp"

namespace aggregator::engine {

namespace {

void put_over(const plan::Static& fixed, Part& root) {
    for (const auto& [key, value] : fixed.members) {
        const auto inner = std::string_view(key).substr(1, key.size() - 2);
        root.members.push_back({inner, value, inner.find('\\') != std::string_view::npos});
    }
    keep_last(root.members);
    root.text = {};
    root.null = false;
}

}  // namespace

bool applies(plan::Static::Strategy strategy, const PartCounts& outcome) {
    using enum config::StaticConfig::Strategy;
    switch (strategy) {
        case Success:
            return !outcome.failed;
        case Errored:
            return outcome.failed;
        case Complete:
            return !outcome.failed && outcome.complete;
        case Incomplete:
            return !outcome.complete;
        case Always:
            break;
    }
    return true;
}

base::Result<void> assemble(const Assembly& with, std::span<const Part> parts,
                            const PartCounts& outcome, Part& root) {
    std::uint64_t operations = 0;
    for (const Part& part : parts) {
        operations += cost::keeping(part.members);
    }
    if (!with.resources.spend(operations)) {
        return base::fail(with.resources.work.error());
    }
    merge(parts, root.members);
    root.null = outcome.answered == 1 && std::ranges::any_of(parts, &Part::null);
    const bool whole = parts.size() == 1 && root.members.size() == parts.front().members.size();
    root.text = whole ? parts.front().text : std::string_view();
    base::Result<void> flattened;
    if (!with.endpoint.flatmap.empty() && !outcome.failed) {
        flattened = with.flattener.apply(with.endpoint.flatmap, root, with.resources);
    }
    const auto& fixed = with.endpoint.fixed;
    if (flattened && fixed && applies(fixed->strategy, outcome)) {
        put_over(*fixed, root);
    }
    return flattened;
}

}  // namespace aggregator::engine
