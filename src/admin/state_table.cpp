#include <algorithm>
#include <array>

#include <aggregator/admin/state.hpp>

#include "admin/times.hpp"

namespace aggregator::admin {

namespace {

using TableRow = std::array<std::string, 4>;

TableRow row_of(const StateEntry& entry) {
    const bool mirror = entry.kind == StateEntry::Kind::Mirror;
    return {mirror ? "mirror" : "settings", entry.subject, instant_text(entry.changed),
            entry.value};
}

}  // namespace

std::string to_table(std::span<const StateEntry> entries) {
    if (entries.empty()) {
        return "no run-time changes\n";
    }
    std::vector<TableRow> rows{{"KIND", "OF", "CHANGED", "VALUE"}};
    for (const StateEntry& entry : entries) {
        rows.push_back(row_of(entry));
    }
    std::array<std::size_t, 3> widths{};  // what is last needs none
    for (const TableRow& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string out;
    for (const TableRow& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            out += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        }
        out += row.back() + '\n';
    }
    return out;
}

}  // namespace aggregator::admin
