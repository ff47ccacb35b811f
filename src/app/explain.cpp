#include <algorithm>
#include <cstdio>

#include <aggregator/base/distance.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/lint/output.hpp>
#include <aggregator/lint/schema.hpp>

#include "app/commands.hpp"
#include "app/topics.hpp"

namespace aggregator::app {
namespace {

constexpr std::size_t kGuesses = 3;

/// A name as it may stand in a log, a query or a scrape: `bad_status:503`, `x_seconds_bucket`.
std::string bare(const std::string& word) {
    std::string name = base::to_lower(word.substr(0, word.find_first_of(":{=")));
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
        if (name.starts_with("aggregator_") && name.ends_with(suffix)) {
            name.erase(name.size() - suffix.size());
        }
    }
    return name;
}

/// What the topics of that name say.
std::string explain_topics(const std::string& word) {
    const std::string name = bare(word);
    std::string text;
    for (const Topic& one : topics()) {
        if (base::equal_ignoring_case(one.name, name) || one.name == "aggregator_" + name ||
            (!one.older.empty() && one.older == word)) {
            text.append(text.empty() ? "" : "\n").append(one.text);
        }
    }
    return text;
}

/// The names that are nearest to what was written, or have it as a part; empty if none is near.
std::vector<std::string> near_to(const std::string& word) {
    const std::string wanted = bare(word);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (std::string& name : topic_names()) {
        const std::size_t distance = base::edit_distance(wanted, base::to_lower(name));
        const bool inside = wanted.size() > 2 && name.find(wanted) != std::string::npos;
        if (distance <= 1 + wanted.size() / 4 && distance < wanted.size()) {
            found.emplace_back(distance, std::move(name));
        } else if (inside) {
            found.emplace_back(100 + distance, std::move(name));
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(found.size(), kGuesses); ++i) {
        names.push_back(std::move(found[i].second));
    }
    return names;
}

/// What was meant.
std::string guess(const std::string& word) {
    const std::size_t end = word.find_last_of("./");
    std::vector<std::string> names = near_to(word);
    if (names.empty() && end != std::string::npos) {
        names = near_to(word.substr(end + 1));
    }
    if (names.empty()) {
        return "'aggregator reference' prints all that can be explained";
    }
    std::string text = "did you mean ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        text.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ");
        text.append("'").append(names[i]).append("'");
    }
    return text + '?';
}

void append(std::string& text, const std::string& more) {
    text.append(text.empty() || more.empty() ? "" : "\n").append(more);
}

}  // namespace

int explain(const Options& options) {
    const std::string& word = options.paths.front();
    std::string text = lint::explain_key(word);
    if (const lint::Rule* const rule = lint::find_rule(word)) {
        append(text, lint::to_text(*rule));
    }
    append(text, explain_topics(word));
    if (text.empty()) {
        std::fprintf(stderr, "aggregator: nothing here is called '%s'; %s\n", word.c_str(),
                     guess(word).c_str());
        return kWrongUsage;
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kFine;
}

}  // namespace aggregator::app
