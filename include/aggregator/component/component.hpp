#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/counters.hpp>
#include <aggregator/base/figures.hpp>
#include <aggregator/base/log.hpp>
#include <aggregator/base/loop.hpp>
#include <aggregator/component/background.hpp>
#include <aggregator/http/service.hpp>
#include <aggregator/plan/plan.hpp>
#include <aggregator/reading/component.hpp>
#include <aggregator/reading/components.hpp>

namespace aggregator::lint {
struct Rule;
struct Subject;
class Places;
}  // namespace aggregator::lint

/// A component of `extra_config` that stands in a folder of its own, `src/components/<name>`: all
/// that the rest of the program knows of it is one constant of the type below.
namespace aggregator::component {

/// State of one component at one place that all workers share. What it has is atomic, the one thing
/// that several threads write, or a Published value that the background makes. It is destroyed on
/// the background's thread, or after that has ended.
class Shared {
public:
    virtual ~Shared() = default;

    /// `place`: the values of the labels `endpoint` and `backend`, or `endpoint` and `method`; null
    /// at the service.
    virtual void show(base::Figures& /*figures*/, const base::LabelValues& /*place*/) const {}
    /// Forgets what it keeps of the answers of backends whose label is `backend`, or of endpoints
    /// whose label it is; of all if it is empty. Returns how many answers that were. Workers follow
    /// by their next turn. From any thread.
    virtual std::uint64_t purge(std::string_view /*backend*/) { return 0; }
};

class SharedBook;

/// What several places share, by a name: such as the keys of one source. For whoever makes Shared
/// objects, on their thread.
class Commons {
public:
    /// What `make()` made for the first that asked for that name. T is the same for all of them.
    template <typename T, typename Make>
    [[nodiscard]] std::shared_ptr<T> of(const std::string& name, const Make& make) {
        std::shared_ptr<void>& one = things_[name];
        if (one == nullptr) {
            one = std::shared_ptr<T>(make());
        }
        return std::static_pointer_cast<T>(one);
    }

private:
    std::map<std::string, std::shared_ptr<void>> things_;
};

/// What the state that all workers share is made with. The background outlives what is made; the
/// plan, the endpoint and the backend do as well.
struct Sharing {
    Background& background;
    const plan::Plan& plan;
    const plan::Endpoint* endpoint = nullptr;  ///< null at the service
    const plan::Backend* backend = nullptr;    ///< null at the service and at an endpoint
    Commons* commons = nullptr;                ///< never null
};

/// What a component is wired with on one worker. All is borrowed and outlives what is made of it.
struct Wiring {
    base::Loop& loop;
    base::Log& log;
    base::Rows& rows;          ///< the worker's counters of components
    base::Counters& counters;  ///< those of the program
    const plan::Plan& plan;
    const plan::Endpoint* endpoint = nullptr;  ///< null at the service
    const plan::Backend* backend = nullptr;    ///< null at the service and at an endpoint
    const SharedBook* shared = nullptr;        ///< null: workers share nothing
    Background* background = nullptr;          ///< null only where `shared` is
};

/// How often a component refused a request, or a call to a backend, with that error. It counts by
/// itself.
[[nodiscard]] std::uint64_t& rejections(const Wiring& wiring, std::string_view component,
                                        base::Code code);
/// The metric of rejections().
[[nodiscard]] base::Metrics rejection_metrics();

/// A row of lint's table of differences from KrakenD (`lint/difference`), and how it shows in a
/// configuration.
struct Differing {
    int row;
    void (*look)(const lint::Subject& subject, lint::Places& places);
};

/// Everything about one component. A constant in its folder; `all()` lists them.
struct Component {
    /// Its name, where it may stand, and how its keys are read.
    reading::Reader reader;
    /// The JSON Schema of its keys (draft 4), a file of its folder. Its `description` and
    /// `examples` are what users are told about the component as a whole.
    std::string_view (*schema)();
    /// Makes the Service around another one, which outlives it, on the worker's thread. At the
    /// service it is also called if only endpoints have the component. Null is as good as `inner`.
    std::unique_ptr<http::Service> (*wrap)(const Wiring& wiring, http::Service& inner);
    /// What lint can tell about it besides wrong keys.
    std::span<const lint::Rule* const> rules;
    /// Makes what the workers share at one place where it is in force; null: nothing.
    std::shared_ptr<Shared> (*share)(const Sharing& sharing,
                                     const reading::Settings& settings) = nullptr;
    /// What it counts besides the requests that it refuses.
    base::Metrics (*metrics)() = nullptr;
    /// Makes what all places of a plan share, which outlives it; null, or a null result: nothing.
    std::shared_ptr<Shared> (*share_all)(const plan::Plan& plan) = nullptr;
    /// The schema of its keys at the service, if it has other ones there; null: it has not.
    std::string_view (*schema_at_service)() = nullptr;
    /// Whether it is also wrapped around what asks a shadow: copies need it as much as live calls.
    bool on_shadows = false;
    /// Where its keys mean something else than in KrakenD.
    std::span<const Differing> differs = {};
};

/// What the workers share of all components of one plan, which it outlives. Made once; what it
/// hands out is safe from any thread.
class SharedBook {
public:
    SharedBook(const plan::Plan& plan, Background& background);

    /// Of the component at the place that it is wired for; null if there is nothing.
    [[nodiscard]] Shared* of(const Wiring& wiring, std::string_view name) const;
    /// What all places of that component share; null if there is nothing.
    [[nodiscard]] Shared* of_all(std::string_view name) const;
    /// Shared::purge() of each.
    std::uint64_t purge(std::string_view backend) const;
    void show(base::Figures& figures) const;

private:
    struct Entry {
        base::LabelValues place;
        std::shared_ptr<Shared> shared;
    };

    enum class Which : std::uint8_t { All, OnShadows };

    void add(const Sharing& sharing, const base::LabelValues& labels,
             const std::vector<reading::InForce>& components, Which which = Which::All);

    Commons commons_;

    std::map<std::pair<const void*, std::string_view>, Entry> entries_;
    std::map<std::string_view, std::shared_ptr<Shared>> whole_;
};

/// The components that this program has, in the order of their names. Written out in
/// `src/components/all.cpp`: nothing registers itself.
[[nodiscard]] std::span<const Component* const> all();

/// The component of that short name; null if there is none.
[[nodiscard]] const Component* find(std::string_view name);

/// How they are read, for config::load().
[[nodiscard]] reading::Readers readers();

/// The settings of a component at the place that it is wired for; null if it is not in force there.
template <typename T>
[[nodiscard]] const T* settings_at(const Wiring& wiring, std::string_view name) {
    const auto& components = wiring.backend != nullptr    ? wiring.backend->components
                             : wiring.endpoint != nullptr ? wiring.endpoint->components
                                                          : wiring.plan.components;
    return reading::settings_of<T>(components, name);
}

}  // namespace aggregator::component
