#include "components/ip_filter/rules.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <aggregator/plan/address_set.hpp>
#include <aggregator/reading/value.hpp>

namespace aggregator::components {

namespace {

using reading::Configured;

/// An entry of a list, as written.
struct Entry {
    plan::Network network;
    std::size_t index;
    std::string_view text;
};

/// The entries of the list that stands under `key` of an object.
std::vector<Entry> entries_of(const reading::Source& section, std::string_view key) {
    std::vector<Entry> entries;
    const json::Document& document = section.file->document;
    const json::Node* const list = document.member(*section.node, key);
    for (std::size_t i = 0; list != nullptr && i < list->elements.size(); ++i) {
        const std::string& text = document.at(list->elements[i]).text;
        if (const auto network = plan::parse_network(text)) {
            entries.push_back({*network, i, text});
        }
    }
    return entries;
}

/// In the order of their addresses, a network in front of those within it.
bool before(const Entry& a, const Entry& b) {
    const plan::AddressRange& one = a.network.range;
    const plan::AddressRange& other = b.network.range;
    if (a.network.is_v4 != b.network.is_v4) {
        return a.network.is_v4;
    }
    return one.first != other.first ? one.first < other.first : other.last < one.last;
}

void check_list(const reading::Source& section, std::string_view key, std::vector<Entry> entries,
                lint::Findings& findings) {
    std::stable_sort(entries.begin(), entries.end(), before);
    const Entry* widest = nullptr;
    for (const Entry& entry : entries) {
        const bool within = widest != nullptr && widest->network.is_v4 == entry.network.is_v4 &&
                            widest->network.range.holds(entry.network.range);
        if (within) {
            const bool same = entry.network.range.holds(widest->network.range);
            findings.at(
                section, {key, entry.index},
                reading::quoted(entry.text) +
                    (same ? " stands in the list already"
                          : " is in " + reading::quoted(widest->text) + " of the same list"),
                "remove it");
        } else {
            widest = &entry;
        }
    }
}

void check_section(const reading::Source& section, lint::Findings& findings) {
    const std::vector<Entry> allow = entries_of(section, "allow");
    const std::vector<Entry> deny = entries_of(section, "deny");
    check_list(section, "allow", allow, findings);
    check_list(section, "deny", deny, findings);
    plan::AddressSet denied;
    for (const Entry& entry : deny) {
        denied.add(entry.network);
    }
    denied.close();
    for (const Entry& entry : allow) {
        if (denied.contains(entry.network)) {
            findings.at(section, {"allow", entry.index},
                        reading::quoted(entry.text) +
                            " is never let in: `deny` has all of it, and `deny` wins",
                        "remove it from one of the two lists");
        }
    }
}

/// The list of the plugins has another place.
void check_plugin(const reading::Source& section, lint::Findings& findings) {
    const json::Node* const filter = section.file->document.member(*section.node, "ip-filter");
    if (filter != nullptr) {
        const reading::Source keys{section.file, filter};
        check_list(keys, "CIDR", entries_of(keys, "CIDR"), findings);
    }
}

void check(const lint::Subject& subject, lint::Findings& findings) {
    lint::for_each_section(subject, "security/ip-filter", [&findings](const Configured& one) {
        check_section(one.source, findings);
    });
    for (const char* plugin : {"plugin/http-server", "plugin/req-resp-modifier"}) {
        lint::for_each_section(subject, plugin, [&findings](const Configured& one) {
            check_plugin(one.source, findings);
        });
    }
}

}  // namespace

constinit const lint::Rule kIpHostBits = {
    .name = "ip-host-bits",
    .severity = lint::Severity::Warning,
    .summary = "a network is written with bits that do not count",
    .explanation =
        R"(10.0.0.77/8 is the whole network 10.0.0.0/8: what is behind its first 8 bits does
not count. Perhaps one address was meant, or a smaller network.

Bad:
    "allow": ["10.0.0.77/8"]

Good:
    "allow": ["10.0.0.77"]    or    "allow": ["10.0.0.0/8"])",
};

constinit const lint::Rule kIpListOverlaps = {
    .name = "ip-list-overlaps",
    .severity = lint::Severity::Warning,
    .summary = "an address of a filter is listed twice",
    .explanation =
        R"(What is in `allow` and in `deny` is not let in, for `deny` wins. What is listed
twice in one list makes it harder to read, and has to be removed twice.

Bad:
    "security/ip-filter": { "allow": ["10.0.0.0/8", "10.1.0.0/16"] }

Good:
    "security/ip-filter": { "allow": ["10.0.0.0/8"] })",
    .check = check,
};

}  // namespace aggregator::components
