#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <aggregator/base/figures.hpp>
#include <aggregator/component/background.hpp>
#include <aggregator/component/fetch_counts.hpp>
#include <aggregator/component/published.hpp>
#include <aggregator/jose/key_set.hpp>
#include <aggregator/plan/plan.hpp>

#include "components/auth_validator/settings.hpp"

namespace aggregator::components {

/// The keys of one URL, as they were at one moment. Immutable.
struct FetchedKeys {
    using Sets = std::map<jose::Algorithm, jose::KeySet>;

    std::shared_ptr<const Sets> sets;  ///< null: there are none, or they are too old
    /// The last of those who asked for keys (want()) whose answer this is.
    std::uint64_t answered = 0;
    base::Time next_extra{};  ///< until then nobody needs to ask for one

    /// Null if there is none.
    [[nodiscard]] const jose::KeySet* find(jose::Algorithm algorithm) const;
};

/// Fetches the key set of one URL again and again, for the whole process. A set that came replaces
/// the one before it as a whole; one that cannot be fetched any more serves for a while. Lives on
/// the background's thread, where it is destroyed, or after that has ended.
class KeySource {
public:
    /// No fetched set lives shorter, whatever its server says.
    static constexpr std::chrono::seconds kServerLifetimeMin{60};

    KeySource(component::Background& background, const plan::Plan& plan, const KeyUrl& url);
    KeySource(const KeySource&) = delete;
    KeySource& operator=(const KeySource&) = delete;

    /// Before the background's thread runs: keys of that algorithm are needed, at those times. Of
    /// several the shortest counts.
    void serve(jose::Algorithm algorithm, const KeyTimes& times);

    [[nodiscard]] component::Published<FetchedKeys>& published() { return published_; }
    /// Somebody needs a key that is not there. What is published with `answered` of at least the
    /// returned number is the answer: a set that was fetched before is none. From any thread; this
    /// has to outlive what it posts.
    [[nodiscard]] std::uint64_t want();
    void show(base::Figures& figures) const;

private:
    void begin();
    void fetch();
    void finish(http::Result<http::Response> answer);
    [[nodiscard]] base::Result<std::shared_ptr<const FetchedKeys::Sets>> read(
        const http::Response& answer) const;
    void take(std::shared_ptr<const FetchedKeys::Sets> sets, const http::Response& answer);
    void fail(const base::Error& error);
    /// The fetched set is too old, and no other one came.
    void let_die();
    void tell_skipped(const FetchedKeys::Sets& sets) const;
    void tell_private(const FetchedKeys::Sets& sets) const;
    void extra(std::uint64_t number);
    void publish();

    component::Background& background_;
    std::string user_agent_;
    KeyUrl url_;
    std::string label_;  // without what stands behind a `?`
    std::vector<jose::Algorithm> algorithms_;
    KeyTimes times_;
    component::Published<FetchedKeys> published_;
    // From here on of the background's thread.
    std::unique_ptr<http::Service> client_;
    std::optional<base::Timer> refresh_;
    std::optional<base::Timer> deadline_;
    std::optional<base::Timer> death_;  // of the fetched set
    std::unique_ptr<http::Call> call_;
    FetchedKeys keys_;
    base::Duration pause_{};        // before a fetch that failed is tried again
    std::uint64_t last_asked_ = 0;  // of those that have arrived here
    std::atomic<std::uint64_t> asked_{0};
    component::FetchCounts fetches_;
};

/// The metrics that a KeySource shows.
[[nodiscard]] base::Metrics key_source_metrics();

}  // namespace aggregator::components
