#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/base/loop.hpp>

namespace aggregator::base {

/// How often something took how long. Plain numbers, for one thread.
struct Histogram {
    /// Upper bounds in seconds, included; what is longer falls behind the last.
    static constexpr std::array<double, 14> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                    0.1,    0.25,  0.5,    1,     2.5,  5,     10};
    std::array<std::uint64_t, kBounds.size() + 1> counts{};  ///< not cumulative
    double sum = 0;                                          ///< seconds

    void add(Duration took);
    void add(const Histogram& other);
    [[nodiscard]] std::uint64_t count() const;
    /// The bound below which `share` (0 to 1) of all lie, straight between two bounds; 0 if empty.
    [[nodiscard]] double quantile(double share) const;
};

enum class MetricKind : std::uint8_t { Counter, Gauge, Histogram };
/// `counter`, `gauge` or `histogram`.
[[nodiscard]] std::string_view name_of(MetricKind kind);

/// One metric: a constant of whoever counts it, listed in a table of its room. The tables are what
/// the exporters and the reference are made of.
struct Metric {
    static constexpr std::size_t kLabelsMax = 5;

    std::string_view name;  ///< in full: `aggregator_requests_total`
    MetricKind kind = MetricKind::Counter;
    std::string_view help;  ///< a sentence
    /// The names of its labels, in the order in which their values are given; empty ones are none.
    std::array<std::string_view, kLabelsMax> labels{};
};

/// The names of its labels, separated by spaces.
[[nodiscard]] std::string label_names(const Metric& metric);

/// The class of a status, for labels: `2xx` for 2.
[[nodiscard]] std::string status_class(std::size_t hundreds);

/// A table of metrics; entries live as long as the program.
using Metrics = std::span<const Metric* const>;

/// The first values of several metrics' labels, made once from the configuration.
using LabelValues = std::shared_ptr<const std::vector<std::string>>;

/// The values of one row's labels: those that it shares, then three of its own at most.
class Labels {
public:
    Labels() = default;
    explicit Labels(LabelValues shared) : shared_(std::move(shared)) {}

    /// These and one more.
    [[nodiscard]] Labels with(std::string value) const;
    [[nodiscard]] std::size_t size() const {
        return own_count_ + (shared_ == nullptr ? 0 : shared_->size());
    }
    [[nodiscard]] const std::string& operator[](std::size_t place) const;
    /// By their values, in their order: below 0, 0 or above 0.
    [[nodiscard]] int compare(const Labels& other) const;

private:
    LabelValues shared_;
    std::array<std::string, 3> own_{};  // short ones mostly, which no memory is taken for
    std::size_t own_count_ = 0;
};

/// What was counted up to one moment: rows of metrics. Each owner of figures shows its own on its
/// thread; the rows of several workers are then added up. Plain data, for one thread.
class Figures {
public:
    struct Row {
        const Metric* metric;
        Labels labels;
        double value = 0;
        std::unique_ptr<Histogram> histogram{};  ///< of those alone
    };

    void show(const Metric& metric, Labels labels, double value);
    void show(const Metric& metric, Labels labels, std::uint64_t value) {
        show(metric, std::move(labels), static_cast<double>(value));
    }
    void show(const Metric& metric, Labels labels, const Histogram& histogram);
    /// Takes the rows of another worker.
    void take(Figures other);
    /// Makes one row of those with the same metric and labels, and sorts them by both: near linear.
    void add_up();

    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

private:
    std::vector<Row> rows_;
};

/// Counters for rows whose owners come and go, such as components: each keeps its value. Owned by a
/// worker; lives on its thread.
class Rows {
public:
    /// The counter of that row, made if there is none. Lives as long as the Rows.
    [[nodiscard]] std::uint64_t& counter(const Metric& metric, const Labels& labels);
    void show(Figures& figures) const;

private:
    struct Key {
        const Metric* metric;
        Labels labels;
        bool operator<(const Key& other) const;
    };
    std::map<Key, std::uint64_t> counters_;
};

}  // namespace aggregator::base
