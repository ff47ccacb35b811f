#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/cache/store.hpp>
#include <aggregator/component/component.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::components {

/// Where the answers of a backend come from, as keys begin: its first host, whichever one is asked.
struct Origin {
    std::string name;    ///< `https://users.internal:8443`
    std::string prefix;  ///< of every path there; empty or `/a/b`
};
[[nodiscard]] Origin origin_of(const plan::Backend& backend);

/// The stores of all backends of a plan. Made once; safe from any thread.
class HttpCacheBook final : public component::Shared {
public:
    explicit HttpCacheBook(const plan::Plan& plan);

    /// Null if no backend of the plan has a cache.
    [[nodiscard]] bool empty() const { return stores_.empty(); }
    /// The store of a backend's answers; null if it has no cache.
    [[nodiscard]] cache::Store* store_of(const plan::Backend& backend) const;
    /// Whether any store may hold answers of that origin.
    [[nodiscard]] bool keeps(std::string_view origin) const;
    /// A resource has changed: no store holds its answers any longer. `key` is the origin's name
    /// and the path.
    void invalidate(base::Loop& own, std::string_view key) const;

    void show(base::Figures& figures, const base::LabelValues& place) const override;
    std::uint64_t purge(std::string_view backend) override;

private:
    struct Place {
        std::unique_ptr<cache::Store> store;
        base::LabelValues labels;         // of the one that is shared: empty texts
        std::set<std::string> labels_in;  // whose purge it is
    };

    void add(const plan::Endpoint& endpoint, const plan::Backend& backend, Place& shared);

    std::vector<Place> stores_;
    std::map<const plan::Backend*, cache::Store*> of_;
    std::set<std::string, std::less<>> origins_;
};

}  // namespace aggregator::components
