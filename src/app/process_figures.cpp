#include "app/process_figures.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <aggregator/base/version.hpp>

namespace aggregator::app {
namespace {

using base::Figures;
using base::Labels;
using base::Metric;
using base::MetricKind;

constexpr MetricKind kGauge = MetricKind::Gauge;
constexpr MetricKind kCounter = MetricKind::Counter;

// The names and meanings of https://prometheus.io/docs/instrumenting/writing_clientlibs.
constexpr Metric kCpu{"process_cpu_seconds_total", kCounter,
                      "Time of processors that was spent, in user and system mode."};
constexpr Metric kOpenFiles{"process_open_fds", kGauge, "Open file descriptors."};
constexpr Metric kFilesMax{"process_max_fds", kGauge, "How many descriptors may be open."};
constexpr Metric kVirtual{"process_virtual_memory_bytes", kGauge, "Virtual memory."};
constexpr Metric kVirtualMax{"process_virtual_memory_max_bytes", kGauge,
                             "How much virtual memory there may be; -1: no limit."};
constexpr Metric kResident{"process_resident_memory_bytes", kGauge, "Memory that is resident."};
constexpr Metric kStarted{"process_start_time_seconds", kGauge,
                          "When the process was started, in seconds since 1970."};
constexpr Metric kThreads{"process_threads", kGauge, "Threads of the process."};
constexpr Metric kOwnResident{"aggregator_resident_memory_bytes", kGauge,
                              "Memory of the process that is resident."};
constexpr Metric kBuild{
    "aggregator_build_info", kGauge, "1, with the version that runs.", {"version"}};
constexpr Metric kWorkers{"aggregator_workers", kGauge, "Threads that serve requests."};
constexpr Metric kLimit{"aggregator_limit",
                        kGauge,
                        "Limits in force, by the keys that set them; counts and bytes.",
                        {"limit"}};
constexpr Metric kCertificate{"aggregator_certificate_expiry_seconds",
                              kGauge,
                              "When a file's certificate ends, in seconds since 1970.",
                              {"certificate"}};
constexpr Metric kLag{
    "aggregator_loop_lag_seconds", kGauge, "How late a worker's loop is.", {"worker"}};
constexpr Metric kLinesLost{"aggregator_access_log_dropped_total", kCounter,
                            "Lines of the log, of the access log too, that were dropped."};
constexpr const Metric* kProcessMetrics[] = {&kCpu,         &kOpenFiles, &kFilesMax, &kVirtual,
                                             &kVirtualMax,  &kResident,  &kStarted,  &kThreads,
                                             &kOwnResident, &kBuild,     &kWorkers,  &kLimit,
                                             &kCertificate, &kLag,       &kLinesLost};

/// The fields of /proc/self/stat behind the program's name, from the third on.
std::vector<std::string> stat_fields() {
    std::ifstream file("/proc/self/stat");
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::vector<std::string> fields;
    std::size_t at = text.rfind(')');
    while (at != std::string::npos && at + 1 < text.size()) {
        const std::size_t begin = at + 1;
        at = text.find(' ', begin);
        if (at != begin) {
            fields.push_back(text.substr(begin, at - begin));
        }
    }
    return fields;
}

/// By the numbers of proc(5).
double stat_field(const std::vector<std::string>& fields, std::size_t number) {
    constexpr std::size_t kFirst = 3;
    const std::size_t place = number - kFirst;
    return place < fields.size() ? std::strtod(fields[place].c_str(), nullptr) : 0;
}

double boot_seconds() {
    std::ifstream file("/proc/stat");
    for (std::string line; std::getline(file, line);) {
        if (line.rfind("btime ", 0) == 0) {
            return std::strtod(line.c_str() + 6, nullptr);
        }
    }
    return 0;
}

double limit_of(__rlimit_resource resource, double none) {
    rlimit limit{};
    ::getrlimit(resource, &limit);
    return limit.rlim_cur == RLIM_INFINITY ? none : static_cast<double>(limit.rlim_cur);
}

double open_files() {
    std::error_code failed;
    const std::filesystem::directory_iterator files("/proc/self/fd", failed);
    const auto count = failed ? 1 : std::distance(begin(files), end(files));
    return static_cast<double>(count - 1);  // without the one that looks
}

void show_system(Figures& figures) {
    constexpr std::size_t kUserTicks = 14;
    constexpr std::size_t kSystemTicks = 15;
    constexpr std::size_t kThreadCount = 20;
    constexpr std::size_t kStartTicks = 22;
    constexpr std::size_t kVirtualBytes = 23;
    constexpr std::size_t kResidentPages = 24;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    const std::vector<std::string> stat = stat_fields();
    const double resident = stat_field(stat, kResidentPages) * page;
    const Labels none;
    figures.show(kCpu, none,
                 (stat_field(stat, kUserTicks) + stat_field(stat, kSystemTicks)) / ticks);
    figures.show(kOpenFiles, none, open_files());
    figures.show(kFilesMax, none, limit_of(RLIMIT_NOFILE, -1));
    figures.show(kVirtual, none, stat_field(stat, kVirtualBytes));
    figures.show(kVirtualMax, none, limit_of(RLIMIT_AS, -1));
    figures.show(kResident, none, resident);
    figures.show(kStarted, none, boot_seconds() + stat_field(stat, kStartTicks) / ticks);
    figures.show(kThreads, none, stat_field(stat, kThreadCount));
    figures.show(kOwnResident, none, resident);
}

void show_limits(Figures& figures, const Shared& shared) {
    const config::ServiceSettings& service = shared.plan->service;
    const std::pair<std::string_view, std::uint64_t> limits[] = {
        {"max_connections", std::uint64_t{shared.connections_max} * shared.workers},
        {"max_held_bytes", shared.held.bytes_max()},
        {"max_header_bytes", service.max_header_bytes},
        {"max_header_count", service.router.max_header_count},
        {"max_query_parameters", service.router.max_query_parameters},
        {"max_body_bytes", service.router.max_body_bytes},
        {"max_answer_bytes", service.router.max_answer_bytes},
        {"max_answer_work", service.router.max_answer_work},
        {"max_idle_connections", service.max_idle_connections},
        {"max_idle_connections_per_host", service.max_idle_connections_per_host},
        {"shadow_in_flight", service.shadow.budget_in_flight},
        {"shadow_bytes", service.shadow.budget_bytes},
    };
    for (const auto& [name, value] : limits) {
        figures.show(kLimit, Labels().with(std::string(name)), value);
    }
}

}  // namespace

void show_process(Figures& figures, const Shared& shared) {
    show_system(figures);
    show_limits(figures, shared);
    const Labels none;
    figures.show(kBuild, none.with(std::string(base::version())), 1.0);
    figures.show(kWorkers, none, static_cast<double>(shared.workers));
    figures.show(kLinesLost, none, shared.log.dropped());
    for (const auto& [path, ends] : shared.certificates) {
        figures.show(kCertificate, none.with(path), static_cast<double>(ends));
    }
}

void show_lag(Figures& figures, unsigned worker, double seconds) {
    figures.show(kLag, Labels().with(std::to_string(worker)), seconds);
}

base::Metrics process_metrics() { return kProcessMetrics; }

}  // namespace aggregator::app
