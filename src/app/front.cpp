#include "app/front.hpp"

#include <chrono>
#include <utility>

namespace aggregator::app {
namespace {

// How often it is looked whether the copies of a retired graph have ended.
constexpr auto kSweepEvery = std::chrono::milliseconds(100);

}  // namespace

// The order of the members matters: the call goes before the graph that it runs on.
class Front::PinnedCall final : public http::Call {
public:
    PinnedCall(base::Counters& counters, std::shared_ptr<Graph> graph)
        : counters_(counters), graph_(std::move(graph)) {
        counters_.requests_in_flight.add();
    }
    ~PinnedCall() override { counters_.requests_in_flight.subtract(); }

    void start(const http::Request& request, http::Done done) {
        call_ = graph_->entry().call(request, std::move(done));
    }

private:
    base::Counters& counters_;
    std::shared_ptr<Graph> graph_;
    std::unique_ptr<http::Call> call_;
};

Front::Front(base::Loop& loop, base::Counters& counters, std::shared_ptr<Graph> graph)
    : counters_(counters), graph_(std::move(graph)), sweep_(loop, [this] { sweep(); }) {}

Front::~Front() = default;

std::unique_ptr<http::Call> Front::call(const http::Request& request, http::Done done) {
    auto call = std::make_unique<PinnedCall>(counters_, graph_);
    call->start(request, std::move(done));
    return call;
}

void Front::exchange(std::shared_ptr<Graph> next) {
    retired_.push_back(std::exchange(graph_, std::move(next)));
    if (!sweep_.armed()) {
        sweep_.start(base::Duration::zero());
    }
}

// In a turn of its own: nothing of the graph is on the stack.
void Front::sweep() {
    std::erase_if(retired_,
                  [](const auto& graph) { return graph.use_count() == 1 && graph->copies() == 0; });
    if (!retired_.empty()) {
        sweep_.start(kSweepEvery);
    }
}

void Front::visit(const std::function<void(Graph&)>& show) const {
    show(*graph_);
    for (const auto& graph : retired_) {
        show(*graph);
    }
}

}  // namespace aggregator::app
