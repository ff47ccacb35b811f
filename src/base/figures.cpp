#include <aggregator/base/figures.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>

namespace aggregator::base {

namespace {

int compare(const Figures::Row& one, const Figures::Row& other) {
    const int order = one.metric->name.compare(other.metric->name);
    return order != 0 ? order : one.labels.compare(other.labels);
}

void add(Figures::Row& to, const Figures::Row& from) {
    to.value += from.value;
    if (to.histogram && from.histogram) {
        to.histogram->add(*from.histogram);
    }
}

}  // namespace

std::string_view name_of(MetricKind kind) {
    constexpr std::array<std::string_view, 3> kNames{"counter", "gauge", "histogram"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::string label_names(const Metric& metric) {
    std::string names;
    for (const std::string_view label : metric.labels) {
        names.append(names.empty() || label.empty() ? "" : " ").append(label);
    }
    return names;
}

std::string status_class(std::size_t hundreds) { return std::to_string(hundreds) + "xx"; }

void Histogram::add(Duration took) {
    const double seconds = std::chrono::duration<double>(took).count();
    const auto* const bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
    ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
    sum += seconds;
}

void Histogram::add(const Histogram& other) {
    std::transform(counts.begin(), counts.end(), other.counts.begin(), counts.begin(),
                   std::plus<>());
    sum += other.sum;
}

std::uint64_t Histogram::count() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

double Histogram::quantile(double share) const {
    const double wanted = share * static_cast<double>(count());
    double below = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        const auto here = static_cast<double>(counts[i]);
        if (here > 0 && below + here >= wanted) {
            const double from = i == 0 ? 0 : kBounds[i - 1];
            return from + (kBounds[i] - from) * (wanted - below) / here;
        }
        below += here;
    }
    return count() == 0 ? 0 : kBounds.back();
}

Labels Labels::with(std::string value) const {
    Labels more = *this;
    more.own_.at(more.own_count_++) = std::move(value);
    return more;
}

const std::string& Labels::operator[](std::size_t place) const {
    const std::size_t shared = size() - own_count_;
    return place < shared ? (*shared_)[place] : own_.at(place - shared);
}

int Labels::compare(const Labels& other) const {
    const bool same = shared_ == other.shared_ && shared_ != nullptr;
    for (std::size_t i = same ? shared_->size() : 0; i < std::min(size(), other.size()); ++i) {
        if (const int order = (*this)[i].compare(other[i]); order != 0) {
            return order;
        }
    }
    return static_cast<int>(size()) - static_cast<int>(other.size());
}

void Figures::show(const Metric& metric, Labels labels, double value) {
    rows_.push_back({.metric = &metric, .labels = std::move(labels), .value = value});
}

void Figures::show(const Metric& metric, Labels labels, const Histogram& histogram) {
    rows_.push_back({.metric = &metric,
                     .labels = std::move(labels),
                     .histogram = std::make_unique<Histogram>(histogram)});
}

void Figures::take(Figures other) {
    rows_.insert(rows_.end(), std::make_move_iterator(other.rows_.begin()),
                 std::make_move_iterator(other.rows_.end()));
}

void Figures::add_up() {
    std::sort(rows_.begin(), rows_.end(),
              [](const Row& one, const Row& other) { return compare(one, other) < 0; });
    std::vector<Row> sums;
    for (Row& row : rows_) {
        if (!sums.empty() && compare(sums.back(), row) == 0) {
            add(sums.back(), row);
        } else {
            sums.push_back(std::move(row));
        }
    }
    rows_ = std::move(sums);
}

bool Rows::Key::operator<(const Key& other) const {
    const int order = metric->name.compare(other.metric->name);
    return order < 0 || (order == 0 && labels.compare(other.labels) < 0);
}

std::uint64_t& Rows::counter(const Metric& metric, const Labels& labels) {
    return counters_[{&metric, labels}];
}

void Rows::show(Figures& figures) const {
    for (const auto& [key, value] : counters_) {
        figures.show(*key.metric, key.labels, value);
    }
}

}  // namespace aggregator::base
