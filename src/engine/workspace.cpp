#include <aggregator/engine/workspace.hpp>

#include <algorithm>

#include <aggregator/base/version.hpp>

#include "engine/buffers.hpp"
#include "engine/kept.hpp"

namespace aggregator::engine {

namespace {

constexpr std::size_t kKeptMembersMax = 512;

}  // namespace

void Buffers::clear(std::size_t used) {
    for (std::size_t i = 0; i < used; ++i) {
        progress[i].call.reset();
        progress[i].body.reset();
        progress[i].error.detail.clear();
        progress[i].refusal = {};
        progress[i].state = Progress::State::Idle;
        parts[i].clear();
        empty(parts[i].members, kKeptMembersMax);
    }
    empty(merged.members, kKeptMembersMax);
    request.clear();
    late.clear();
    follower_late.clear();
    arena.clear();
}

namespace {

/// Whoever reads X-Aggregator-Completed may look for it whatever the configured prefix is.
constexpr std::string_view kOwnPrefix = "X-Aggregator";

/// Without case, and with `_` for each `-`, as it is in the names of a CGI program's variables.
bool is_alike(std::string_view name, std::string_view own) {
    if (name.size() != own.size()) {
        return false;
    }
    const auto folded = [](char c) {
        return c == '_' ? '-' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
    };
    return std::equal(name.begin(), name.end(), own.begin(),
                      [folded](char a, char b) { return folded(a) == folded(b); });
}

}  // namespace

Workspace::Workspace(base::Loop& loop, const plan::Plan& plan, base::Counters& counters,
                     base::Log* log)
    : loop_(loop),
      plan_(plan),
      counters_(counters),
      log_(log),
      version_(plan.service.router.hide_version_header ? "undefined" : base::version()),
      version_name_(plan.service.router.header_prefix),
      completed_name_(plan.service.router.header_prefix + "-Completed"),
      tools_(std::make_unique<Tools>()) {}

Workspace::~Workspace() = default;

bool Workspace::is_own_field(std::string_view name) const {
    return is_alike(name.substr(0, kOwnPrefix.size()), kOwnPrefix) ||
           is_alike(name, version_name_) || is_alike(name, completed_name_) ||
           is_alike(name, plan_.errors.header);
}

http::LocalReply Workspace::refuse(const http::Request& request, base::Code code,
                                   std::string text) {
    counters_.count(code);
    if (request.record != nullptr) {
        request.record->failure = code;
    }
    return http::refusal(plan_.errors, code, std::move(text), request.id);
}

std::unique_ptr<Buffers> Workspace::borrow(std::size_t parts) {
    std::unique_ptr<Buffers> buffers;
    if (idle_.empty()) {
        buffers = std::make_unique<Buffers>(tools_->blocks);
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
