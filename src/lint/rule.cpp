#include <aggregator/lint/rule.hpp>

#include "lint/words.hpp"

namespace aggregator::lint {

void Findings::at(const Source& source, Source::Spot spot, std::string message, std::string hint) {
    add(source.at(spot, std::string(rule_.name), std::move(message), std::move(hint)));
}

void Findings::repair_at(const Source& source, Source::Spot spot, std::string message,
                         reading::Edits repair) {
    reading::Diagnostic diagnostic = source.at(spot, std::string(rule_.name), std::move(message));
    diagnostic.repair = std::move(repair);
    add(std::move(diagnostic));
}

void Findings::at_offset(const reading::File& file, std::size_t offset, std::string message,
                         reading::Edits repair) {
    const json::Position position = file.document.position(offset);
    reading::Diagnostic diagnostic;
    diagnostic.rule = rule_.name;
    diagnostic.file = file.path;
    diagnostic.line = position.line;
    diagnostic.column = position.column;
    diagnostic.length = 1;
    diagnostic.message = std::move(message);
    diagnostic.repair = std::move(repair);
    add(std::move(diagnostic));
}

void Findings::close() {
    if (untold_ == 0) {
        return;
    }
    reading::Diagnostic diagnostic;
    diagnostic.severity = rule_.severity;
    diagnostic.rule = "too-many";
    diagnostic.file = diagnostics_.back().file;
    diagnostic.message =
        counted(untold_, "more finding") + " of " + quoted(rule_.name) + " not listed";
    diagnostics_.push_back(std::move(diagnostic));
}

void Findings::add(reading::Diagnostic diagnostic) {
    std::size_t& left = diagnostic.repair.empty() ? others_left_ : repairs_left_;
    if (left == 0) {
        ++untold_;
        return;
    }
    --left;
    diagnostic.severity = rule_.severity;
    diagnostics_.push_back(std::move(diagnostic));
}

}  // namespace aggregator::lint
