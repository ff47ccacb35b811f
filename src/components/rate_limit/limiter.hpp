#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/base/figures.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/token_bucket/bucket.hpp>
#include <aggregator/token_bucket/client_table.hpp>

#include "components/rate_limit/settings.hpp"

namespace aggregator::components {

/// The buckets of one limit, which all workers share.
struct Buckets {
    explicit Buckets(const LimitSettings& limit);

    std::optional<token_bucket::Bucket> common;
    std::unique_ptr<token_bucket::ClientTable> clients;
};

/// The buckets of one component at one place: of one limit, or of each tier.
class Limiter final : public component::Shared {
public:
    /// `name` is that of its metrics.
    explicit Limiter(std::string name) : name_(std::move(name)) {}

    Buckets& add(const LimitSettings& limit, std::string tier);
    /// In the order in which they were added.
    [[nodiscard]] Buckets& at(std::size_t index) const { return *limits_.at(index).buckets; }

    void show(base::Figures& figures, const base::LabelValues& place) const override;

private:
    struct Limit {
        std::string name;
        std::unique_ptr<Buckets> buckets;
    };
    std::string name_;
    std::vector<Limit> limits_;
};

/// What the metrics call a limit: `endpoint GET /a`, `service`, `backend GET /a 0 b:80`; behind a
/// blank its tier, if it is one.
[[nodiscard]] std::string limiter_name(const plan::Endpoint* endpoint,
                                       const plan::Backend* backend);

/// How a limit decided about one request, as a row of the worker's counters.
enum class Decision : std::uint8_t { Admitted, Refused, KeyMissing };
[[nodiscard]] std::uint64_t& decisions(base::Rows& rows, const std::string& limiter,
                                       Decision decision);

/// The metrics of a limit.
[[nodiscard]] base::Metrics limit_metrics();

}  // namespace aggregator::components
