#include <aggregator/reading/diagnostic.hpp>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace aggregator::reading {

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::Error:
            return "error";
        case Severity::Warning:
            return "warning";
        default:
            return "advice";
    }
}

std::string to_line(const Diagnostic& diagnostic) {
    std::string out = diagnostic.file;
    if (diagnostic.line != 0) {
        out += ':' + std::to_string(diagnostic.line) + ':' + std::to_string(diagnostic.column);
    }
    out += ": ";
    out += name_of(diagnostic.severity);
    out += ": " + diagnostic.message + " [" + diagnostic.rule + ']';
    return out;
}

std::string to_text(const Diagnostic& diagnostic) {
    std::string out = to_line(diagnostic);
    if (!diagnostic.hint.empty()) {
        out += "\n    hint: " + diagnostic.hint;
    }
    return out;
}

bool has_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& one) { return one.severity == Severity::Error; });
}

bool has_reading_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& one) {
        return one.severity == Severity::Error && !one.only_serving;
    });
}

void group(Diagnostics& diagnostics, std::size_t places_max) {
    std::map<std::tuple<std::string, std::string, Severity>, std::pair<std::size_t, Diagnostic>>
        causes;
    std::erase_if(diagnostics, [&](const Diagnostic& one) {
        if (one.cause.empty()) {
            return false;
        }
        auto& [count, last] = causes[{one.rule, one.cause, one.severity}];
        last = ++count > places_max ? one : last;
        return count > places_max;
    });
    for (auto& [cause, counted] : causes) {
        auto& [count, last] = counted;
        if (count > places_max) {
            last.message = '`' + last.cause + "`: the same at " +
                           std::to_string(count - places_max) + " more places, this is the last";
            last.hint.clear();
            diagnostics.push_back(std::move(last));
        }
    }
}

void sort(Diagnostics& diagnostics) {
    std::unordered_map<std::string, std::size_t> appearance;
    for (const Diagnostic& one : diagnostics) {
        appearance.try_emplace(one.file, appearance.size());
    }
    const auto place = [&appearance](const Diagnostic& one) {
        return std::tuple(appearance.at(one.file), one.line, one.column);
    };
    std::stable_sort(
        diagnostics.begin(), diagnostics.end(),
        [&place](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
}

}  // namespace aggregator::reading
