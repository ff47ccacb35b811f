#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <aggregator/base/loop.hpp>
#include <aggregator/http/service.hpp>
#include "app/graph.hpp"

namespace aggregator::app {

/// The Service in front of a worker's graphs: hands each request to the newest one and pins that in
/// the Call, so that a request ends on the graph on which it began. A graph that was exchanged is
/// destroyed in a turn of the loop of its own, once its last request and its last copy have ended.
/// Owned by the worker, which destroys every Call first. Lives on the loop's thread.
class Front final : public http::Service {
public:
    Front(base::Loop& loop, base::Counters& counters, std::shared_ptr<Graph> graph);
    ~Front() override;
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override;

    /// Requests that come from now on are answered by `next`.
    void exchange(std::shared_ptr<Graph> next);
    /// The newest graph.
    [[nodiscard]] Graph& graph() { return *graph_; }
    /// Shows all graphs that still have something to do, the newest first.
    void visit(const std::function<void(Graph&)>& show) const;
    /// How many graphs were exchanged and have not ended.
    [[nodiscard]] std::size_t retired() const { return retired_.size(); }

private:
    class PinnedCall;

    void sweep();

    base::Counters& counters_;
    std::shared_ptr<Graph> graph_;
    std::vector<std::shared_ptr<Graph>> retired_;
    base::Timer sweep_;
};

}  // namespace aggregator::app
