#include <cstdio>

#include <aggregator/admin/state.hpp>

#include "app/commands.hpp"

namespace aggregator::app {
namespace {

int refuse(const base::Error& error) {
    std::fprintf(stderr, "aggregator: %s\n", error.detail.c_str());
    return kBadInput;
}

}  // namespace

int state(const Options& options) {
    const auto state = admin::State::open(options.paths.front(), admin::State::Missing::Fail);
    if (!state) {
        return refuse(state.error());
    }
    const auto entries = (*state)->entries();
    if (!entries) {
        return refuse(entries.error());
    }
    const std::string table = admin::to_table(*entries);
    std::fwrite(table.data(), 1, table.size(), stdout);
    if (!options.clears) {
        return kFine;
    }
    const auto cleared = (*state)->clear();
    if (!cleared) {
        return refuse(cleared.error());
    }
    std::printf("%zu forgotten; what runs now goes on as it is until it is started again\n",
                *cleared);
    return kFine;
}

}  // namespace aggregator::app
