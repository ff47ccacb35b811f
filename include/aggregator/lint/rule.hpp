#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/config/service.hpp>
#include <aggregator/plan/plan.hpp>

namespace aggregator::lint {

using reading::Severity;
using reading::Source;

/// What rules look at. Borrowed.
struct Subject {
    const config::Loaded& loaded;
    const config::ServiceConfig& service;        ///< of `loaded`
    const plan::Plan* plan;                      ///< null if the service could not be compiled
    const reading::Diagnostics* told = nullptr;  ///< by loading and compiling; null: nothing
};

/// Calls `visit(section)` for each component of that name at the service and at its endpoints.
template <typename Visit>
void for_each_section(const Subject& subject, std::string_view name, const Visit& visit) {
    const auto visit_all = [&](const std::vector<reading::Configured>& components) {
        for (const reading::Configured& one : components) {
            if (one.name == name) {
                visit(one);
            }
        }
    };
    visit_all(subject.service.components);
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        visit_all(endpoint.components);
    }
}

/// Calls `visit(endpoint, backend, section)` for each component of that name at a backend, shadows
/// included.
template <typename Visit>
void for_each_backend_section(const Subject& subject, std::string_view name, const Visit& visit) {
    for (const config::EndpointConfig& endpoint : subject.service.endpoints) {
        for (const config::BackendConfig& backend : endpoint.backends) {
            const auto found =
                std::find_if(backend.components.begin(), backend.components.end(),
                             [name](const reading::Configured& one) { return one.name == name; });
            if (found != backend.components.end()) {
                visit(endpoint, backend, *found);
            }
        }
    }
}

struct Rule;

/// Takes the findings of one rule, with its name and severity. Those beyond kFindingsMax are
/// counted alone, and so are those with a repair beyond `repairs_max`.
class Findings {
public:
    static constexpr std::size_t kFindingsMax = 1000;

    Findings(const Rule& rule, reading::Diagnostics& diagnostics,
             std::size_t repairs_max = kFindingsMax)
        : rule_(rule), diagnostics_(diagnostics), repairs_left_(repairs_max) {}

    /// A finding at a value of the object, or at the object itself if it has no such key. The
    /// message says what is the matter here, in one sentence; the hint says what to do.
    void at(const Source& source, Source::Spot spot, std::string message, std::string hint = {});
    /// The same with a repair that is safe: it changes nothing that the configuration means.
    void repair_at(const Source& source, Source::Spot spot, std::string message,
                   reading::Edits repair);

    /// A finding at a byte of a file, for what is no value.
    void at_offset(const reading::File& file, std::size_t offset, std::string message,
                   reading::Edits repair);

    /// Adds the line about what was not told, if there is any.
    void close();

private:
    void add(reading::Diagnostic diagnostic);

    const Rule& rule_;
    reading::Diagnostics& diagnostics_;
    std::size_t others_left_ = kFindingsMax;
    std::size_t repairs_left_;
    std::size_t untold_ = 0;
};

/// One thing that can be told about a configuration. A constant; the texts are for people.
struct Rule {
    std::string_view name;         ///< stable, kebab-case
    Severity severity;             ///< unless the user sets another one
    std::string_view summary;      ///< one line, what is told
    std::string_view explanation;  ///< why it matters, and an example of bad and good
    /// Looks at a configuration that could be loaded. Null: told while it is loaded or compiled.
    void (*check)(const Subject& subject, Findings& findings) = nullptr;
};

/// All rules, in alphabetical order.
[[nodiscard]] std::span<const Rule* const> rules();

/// The rule of that name; null if there is none.
[[nodiscard]] const Rule* find_rule(std::string_view name);

/// The rule that was meant by a name that is not known; null if there is no telling.
[[nodiscard]] const Rule* closest_rule(std::string_view name);

}  // namespace aggregator::lint
