#include <cstdio>

#include <aggregator/lint/output.hpp>
#include <aggregator/lint/schema.hpp>

#include "app/commands.hpp"

namespace aggregator::app {
namespace {

/// What was meant, a key or a rule.
std::string guess(const std::string& word) {
    if (const std::string key = lint::closest_key(word); !key.empty()) {
        return "did you mean '" + key + "'?";
    }
    if (const lint::Rule* const rule = lint::closest_rule(word)) {
        return "did you mean '" + std::string(rule->name) + "'?";
    }
    return "'aggregator schema' prints all keys, 'aggregator lint --list-rules' all rules";
}

}  // namespace

int explain(const Options& options) {
    const std::string& word = options.paths.front();
    const lint::Rule* const rule = lint::find_rule(word);
    std::string text = lint::explain_key(word);
    if (rule != nullptr) {
        text.append(text.empty() ? "" : "\n").append(lint::to_text(*rule));
    }
    if (text.empty()) {
        std::fprintf(stderr, "aggregator: there is no key or rule '%s'; %s\n", word.c_str(),
                     guess(word).c_str());
        return kWrongUsage;
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kFine;
}

}  // namespace aggregator::app
