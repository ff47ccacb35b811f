#include <aggregator/component/component.hpp>

#include <utility>
#include <vector>

#include <aggregator/plan/labels.hpp>

namespace aggregator::component {

namespace {

constexpr base::Metric kRejections{"aggregator_rejections_total",
                                   base::MetricKind::Counter,
                                   "Requests, or calls to backends, that a component refused.",
                                   {"component", "endpoint", "code"}};
constexpr const base::Metric* kMetrics[] = {&kRejections};

/// What stands for a place in the book: its backend, else its endpoint; null at the service.
template <typename Place>
const void* place_of(const Place& place) {
    return place.backend != nullptr ? static_cast<const void*>(place.backend) : place.endpoint;
}

}  // namespace

std::uint64_t& rejections(const Wiring& wiring, std::string_view component, base::Code code) {
    const std::string endpoint =
        wiring.endpoint == nullptr ? std::string() : plan::label_of(*wiring.endpoint);
    return wiring.rows.counter(kRejections, base::Labels()
                                                .with(std::string(component))
                                                .with(endpoint)
                                                .with(std::string(base::row(code).name)));
}

base::Metrics rejection_metrics() { return kMetrics; }

const Component* find(std::string_view name) {
    for (const Component* const one : all()) {
        if (one->reader.name == name) {
            return one;
        }
    }
    return nullptr;
}

reading::Readers readers() {
    static const std::vector<reading::Reader> kReaders = [] {
        std::vector<reading::Reader> readers;
        for (const Component* const one : all()) {
            readers.push_back(one->reader);
        }
        return readers;
    }();
    return kReaders;
}

SharedBook::SharedBook(const plan::Plan& plan, Background& background) {
    for (const Component* const one : all()) {
        if (auto shared = one->share_all == nullptr ? nullptr : one->share_all(plan)) {
            whole_[one->reader.name] = std::move(shared);
        }
    }
    Sharing sharing{.background = background, .plan = plan, .commons = &commons_};
    add(sharing, nullptr, plan.components);
    for (const plan::Endpoint& endpoint : plan.endpoints) {
        sharing.endpoint = &endpoint;
        sharing.backend = nullptr;
        add(sharing, plan::labels_of(endpoint), endpoint.components);
        for (const plan::Backend& backend : endpoint.backends) {
            sharing.backend = &backend;
            add(sharing, plan::labels_of(endpoint, backend), backend.components);
        }
        for (const plan::Backend& shadow : endpoint.shadows) {
            sharing.backend = &shadow;
            add(sharing, plan::labels_of(endpoint, shadow), shadow.components, Which::OnShadows);
        }
    }
}

void SharedBook::add(const Sharing& sharing, const base::LabelValues& labels,
                     const std::vector<reading::InForce>& components, Which which) {
    const void* const place = place_of(sharing);
    for (const reading::InForce& one : components) {
        const Component* const known = find(one.name);
        if (known != nullptr && known->share != nullptr &&
            (which == Which::All || known->on_shadows)) {
            if (auto shared = known->share(sharing, *one.settings)) {
                entries_[{place, one.name}] = {labels, std::move(shared)};
            }
        }
    }
}

Shared* SharedBook::of(const Wiring& wiring, std::string_view name) const {
    const auto found = entries_.find({place_of(wiring), name});
    return found == entries_.end() ? nullptr : found->second.shared.get();
}

Shared* SharedBook::of_all(std::string_view name) const {
    const auto found = whole_.find(name);
    return found == whole_.end() ? nullptr : found->second.get();
}

std::uint64_t SharedBook::purge(std::string_view backend) const {
    std::uint64_t purged = 0;
    for (const auto& [key, entry] : entries_) {
        purged += entry.shared->purge(backend);
    }
    for (const auto& [name, shared] : whole_) {
        purged += shared->purge(backend);
    }
    return purged;
}

void SharedBook::show(base::Figures& figures) const {
    for (const auto& [name, shared] : whole_) {
        shared->show(figures, nullptr);
    }
    for (const auto& [key, entry] : entries_) {
        entry.shared->show(figures, entry.place);
    }
}

}  // namespace aggregator::component
