#include <aggregator/engine/workspace.hpp>

#include <algorithm>

#include <aggregator/base/version.hpp>

#include "engine/buffers.hpp"

namespace aggregator::engine {

namespace {

constexpr std::size_t kKeptMembersMax = 512;

void empty(Members& members) {
    members.clear();
    if (members.capacity() > kKeptMembersMax) {
        members.shrink_to_fit();
    }
}

}  // namespace

void Buffers::clear(std::size_t used) {
    for (std::size_t i = 0; i < used; ++i) {
        progress[i].call.reset();
        progress[i].body.reset();
        progress[i].error.detail.clear();
        progress[i].refusal = {};
        progress[i].state = Progress::State::Idle;
        parts[i].clear();
        empty(parts[i].members);
    }
    empty(merged.members);
    late.clear();
    follower_late.clear();
    arena.clear();
}

Workspace::Workspace(base::Loop& loop, const plan::Plan& plan, base::Counters& counters,
                     base::Log* log)
    : loop_(loop),
      plan_(plan),
      counters_(counters),
      log_(log),
      version_(plan.service.router.hide_version_header ? "undefined" : base::version()),
      version_name_(plan.service.router.header_prefix),
      completed_name_(plan.service.router.header_prefix + "-Completed"),
      error_name_(plan.service.router.header_prefix + "-Error") {}

Workspace::~Workspace() = default;

std::unique_ptr<Buffers> Workspace::borrow(std::size_t parts) {
    std::unique_ptr<Buffers> buffers;
    if (idle_.empty()) {
        buffers = std::make_unique<Buffers>();
    } else {
        buffers = std::move(idle_.back());
        idle_.pop_back();
    }
    if (buffers->parts.size() < parts) {
        buffers->parts.resize(parts);
        buffers->progress.resize(parts);
    }
    return buffers;
}

void Workspace::give_back(std::unique_ptr<Buffers> buffers) {
    if (idle_.size() < kIdleBuffersMax) {
        idle_.push_back(std::move(buffers));
    }
}

}  // namespace aggregator::engine
