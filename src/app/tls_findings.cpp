#include "app/tls_findings.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include <aggregator/base/text.hpp>
#include <aggregator/net/tls_files.hpp>

namespace aggregator::app {
namespace {

using reading::Severity;
using Spot = reading::Source::Spot;

struct Row {
    std::string_view rule;
    Severity severity;  ///< of the rule in lint
    Severity at_start;
    std::string_view hint;
};

/// By TlsFileFault::Kind.
constexpr std::array<Row, 5> kRows{{
    {"certificate-unreadable", Severity::Warning, Severity::Error,
     "check the path, and that the user of the gateway may read it"},
    {"certificate-unusable", Severity::Error, Severity::Error,
     "a pair is two PEM files: the certificate followed by its chain, and its own key without a "
     "passphrase"},
    {"certificate-expired", Severity::Error, Severity::Warning,
     "renew it: whoever checks it refuses the connection"},
    {"certificate-expires-soon", Severity::Warning, Severity::Warning,
     "renew it, and start the gateway again"},
    {"private-key-open", Severity::Warning, Severity::Warning, "chmod 600"},
}};

/// The places of the objects in the list under `key`; last of all, that of `tls` itself, where the
/// pair of older files stands.
std::vector<reading::Source> objects_of(const reading::Source& tls, std::string_view key) {
    std::vector<reading::Source> found;
    const auto add_if_object = [&](const json::Node& node) {
        if (node.kind == json::Kind::Object) {
            found.push_back({tls.file, &node, tls.variables});
        }
    };
    for (std::size_t i = 0; tls.node != nullptr && i < tls.node->members.size(); ++i) {
        const json::Node::Entry& member = tls.node->members[i];
        if (base::equal_ignoring_case(member.key, key)) {
            const json::Document& document = tls.file->document;
            const json::Node& list = document.at(member.node);
            add_if_object(list);
            for (const std::uint32_t element : list.elements) {
                add_if_object(document.at(element));
            }
        }
    }
    found.push_back(tls);
    return found;
}

/// Adds what is found to the findings of one service.
class Collector {
public:
    explicit Collector(std::int64_t now) : now_(now) {}

    /// `objects` has the places of the pairs, in their order.
    void add_pairs(const std::vector<config::KeyPair>& pairs,
                   const std::vector<reading::Source>& objects, std::string_view certificate_key) {
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            add(net::inspect_pair({pairs[i].public_key, pairs[i].private_key}, now_),
                pairs[i].public_key, [&](net::TlsFileFault::File file) {
                    const bool key = file == net::TlsFileFault::File::Key;
                    return std::pair(objects[std::min(i, objects.size() - 1)],
                                     key ? Spot("private_key") : Spot(certificate_key));
                });
        }
    }

    void add_authorities(const std::vector<std::string>& files, const reading::Source& source) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            add(net::inspect_authorities(files[i], now_), files[i],
                [&](net::TlsFileFault::File) { return std::pair(source, Spot("ca_certs", i)); });
        }
    }

    [[nodiscard]] TlsFindings take() { return std::move(found_); }

private:
    template <typename Place>
    void add(const net::TlsFileReport& report, const std::string& path, const Place& place) {
        if (report.expires) {
            found_.expiries.emplace_back(path, *report.expires);
        }
        for (const net::TlsFileFault& fault : report.faults) {
            const Row& row = kRows[static_cast<std::size_t>(fault.kind)];
            const auto [source, spot] = place(fault.file);
            reading::Diagnostic one =
                source.at(spot, std::string(row.rule), fault.message, std::string(row.hint));
            one.severity = row.severity;
            found_.diagnostics.push_back(std::move(one));
        }
    }

    std::int64_t now_;
    TlsFindings found_;
};

}  // namespace

TlsFindings tls_findings(const config::ServiceConfig& service, std::int64_t now) {
    Collector collector(now);
    if (service.tls) {
        collector.add_pairs(service.tls->keys, objects_of(service.places.tls, "keys"),
                            "public_key");
        if (service.tls->enable_mtls) {
            collector.add_authorities(service.tls->ca_certs, service.places.tls);
        }
    }
    collector.add_pairs(service.client_tls.client_certs,
                        objects_of(service.places.client_tls, "client_certs"), "certificate");
    collector.add_authorities(service.client_tls.ca_certs, service.places.client_tls);
    TlsFindings found = collector.take();
    std::sort(found.expiries.begin(), found.expiries.end());
    found.expiries.erase(std::unique(found.expiries.begin(), found.expiries.end()),
                         found.expiries.end());
    return found;
}

std::int64_t unix_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

reading::Diagnostics weighed_for_start(reading::Diagnostics findings) {
    for (reading::Diagnostic& one : findings) {
        const auto row = std::find_if(kRows.begin(), kRows.end(),
                                      [&one](const Row& known) { return known.rule == one.rule; });
        if (row != kRows.end()) {
            const bool maybe_unused = one.pointer.starts_with("/client_tls");
            one.severity = maybe_unused ? Severity::Warning : row->at_start;
        }
    }
    return findings;
}

}  // namespace aggregator::app
