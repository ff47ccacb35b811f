#include <aggregator/lint/fix.hpp>

#include <map>
#include <unordered_map>

#include <aggregator/component/component.hpp>

#include "lint/checking.hpp"
#include "lint/meaning.hpp"

namespace aggregator::lint {

namespace {

using reading::Diagnostic;
using reading::Diagnostics;
using reading::Edit;
using reading::Edits;

/// A round repairs something or is the last one.
constexpr int kRoundsMax = 1000;
/// Of a rule in a round.
constexpr std::size_t kRepairsMax = 50000;

std::size_t end_of(const Edit& edit) { return edit.offset + edit.size; }

/// The edits of one text, none of which touches another finding's.
class Changes {
public:
    explicit Changes(std::string_view text) : text_(text) {}

    /// Takes all of them or none.
    bool take(const Edits& edits) {
        std::size_t free = 0;
        for (const Edit& edit : edits) {
            if (edit.offset < free || end_of(edit) > text_.size() || !is_free(edit)) {
                return false;
            }
            free = end_of(edit);
        }
        for (const Edit& edit : edits) {
            taken_.insert_or_assign(edit.offset, edit);
        }
        return true;
    }

    [[nodiscard]] std::string text() const {
        std::string out;
        std::size_t at = 0;
        for (const auto& [offset, edit] : taken_) {
            out.append(text_.substr(at, offset - at)).append(edit.text);
            at = end_of(edit);
        }
        return out.append(text_.substr(at));
    }

private:
    [[nodiscard]] bool is_free(const Edit& edit) const {
        const auto next = taken_.lower_bound(edit.offset);
        if (next != taken_.end() && next->first <= end_of(edit)) {
            return false;
        }
        return next == taken_.begin() || end_of(std::prev(next)->second) < edit.offset;
    }

    std::string_view text_;
    std::map<std::size_t, Edit> taken_;
};

/// The findings that have repairs, by their files.
std::unordered_map<std::string, Diagnostics> repairable(const Result& result) {
    std::unordered_map<std::string, Diagnostics> found;
    for (const Diagnostic& one : result.findings) {
        if (!one.repair.empty()) {
            found[one.file].push_back(one);
        }
    }
    return found;
}

/// The repaired texts of one round, and how many findings they repair.
struct Round {
    config::Texts texts;
    std::size_t count = 0;
};

Round repair_files(const Result& result) {
    Round round;
    const auto findings = repairable(result);
    for (const auto& file : result.loaded.files) {
        const auto found = findings.find(file->path);
        if (file->is_environment || found == findings.end()) {
            continue;
        }
        Repaired repaired = repair(file->document.text(), found->second);
        if (repaired.count != 0) {
            round.count += repaired.count;
            round.texts.insert_or_assign(file->path, std::move(repaired.text));
        }
    }
    return round;
}

/// Whether each error is one that was there before.
bool has_new_errors(const Diagnostics& before, const Diagnostics& after) {
    std::map<std::string_view, std::size_t> known;
    for (const Diagnostic& one : before) {
        known[one.rule] += one.severity == Severity::Error ? 1 : 0;
    }
    for (const Diagnostic& one : after) {
        if (one.severity == Severity::Error && known[one.rule]-- == 0) {
            return true;
        }
    }
    return false;
}

bool same_meaning(const Result& before, const Result& after) {
    return after.loaded.service && !has_new_errors(before.findings, after.findings) &&
           mean_the_same(*before.loaded.service, *after.loaded.service);
}

/// Notes the texts of a round, and what they were at first.
void note(Fix& fix, const Round& round) {
    std::map<std::string, Fix::File> files;
    for (Fix::File& file : fix.files) {
        files.emplace(file.path, std::move(file));
    }
    for (const auto& file : fix.result.loaded.files) {
        const auto repaired = round.texts.find(file->path);
        if (!file->is_environment && repaired != round.texts.end()) {
            const auto& text = file->document.text();
            files.try_emplace(file->path, Fix::File{file->path, text, {}}).first->second.after =
                repaired->second;
        }
    }
    fix.files.clear();
    for (auto& [path, file] : files) {
        fix.files.push_back(std::move(file));
    }
    fix.repaired += round.count;
}

}  // namespace

Repaired repair(std::string_view text, const Diagnostics& findings) {
    Changes changes(text);
    Repaired repaired;
    for (const Diagnostic& one : findings) {
        if (!one.repair.empty() && changes.take(one.repair)) {
            ++repaired.count;
        }
    }
    repaired.text = changes.text();
    return repaired;
}

Fix fix(const std::string& path, const config::Environment& environment, const Choices& choices,
        const config::Texts& texts) {
    Fix fix;
    fix.result = check_loaded(config::load(path, environment, texts, component::readers()), choices,
                              kRepairsMax);
    config::Texts current = texts;
    for (int i = 0; i < kRoundsMax && fix.result.loaded.service; ++i) {
        const Round round = repair_files(fix.result);
        if (round.count == 0) {
            break;
        }
        for (const auto& [name, text] : round.texts) {
            current.insert_or_assign(name, text);
        }
        Result tried = check_loaded(config::load(path, environment, current, component::readers()),
                                    choices, kRepairsMax);
        if (!same_meaning(fix.result, tried)) {
            fix.refused = true;
            break;
        }
        const bool first = fix.files.empty();
        note(fix, round);
        if (first) {
            fix.first = std::move(fix.result);
        }
        fix.result = std::move(tried);
    }
    return fix;
}

}  // namespace aggregator::lint
