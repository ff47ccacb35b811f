#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <aggregator/config/load.hpp>
#include <aggregator/lint/rule.hpp>

namespace aggregator::lint {

/// What the user wants of a rule: another severity, or that nothing is told.
using Choice = std::optional<Severity>;

/// By the names of rules. An error that keeps a configuration from being started stays one,
/// whatever is chosen.
using Choices = std::map<std::string, Choice, std::less<>>;

/// The choice that a word stands for: `off` or the name of a severity; nothing if it is no such
/// word.
[[nodiscard]] std::optional<Choice> choice_named(std::string_view word);

/// What a configuration was found to be.
struct Result {
    config::Loaded loaded;  ///< keeps the files that findings point into; has no diagnostics
    reading::Diagnostics findings;  ///< sorted; nothing twice at one place for one cause
};

/// Adds what the program found besides lint's own rules, such as faults of the files that a
/// configuration names: each with the severity that is chosen for its rule, by `choices` first,
/// then by `@lint` in the configuration; or not at all if it is switched off. The findings stay
/// sorted, and none is there twice.
void add(Result& result, reading::Diagnostics found, Choices choices);

/// Whether a configuration may be served, and what `run` has to tell of it.
struct Start {
    std::shared_ptr<const plan::Plan> plan;  ///< null if it may not
    /// Sorted, of one cause not more than ten; an error if it may not.
    reading::Diagnostics findings;
};

/// Compiles a configuration that was loaded. What rules find that are errors, by themselves or by
/// `@lint` in the file, keeps it from being served; no other rule is looked at. `more` is what the
/// program found besides, weighed for a start.
[[nodiscard]] Start start(const config::Loaded& loaded, const reading::Diagnostics& more = {});

/// Loads and compiles a configuration, then looks at it with every rule. `choices` come first, then
/// those in the file, under `@lint` at the root: `{"rule-name": "off"}`, then the rules' own. A
/// file that `texts` has is not read from the disk.
[[nodiscard]] Result check(const std::string& path, const config::Environment& environment,
                           const Choices& choices, const config::Texts& texts = {});

/// The same for a text, as if it stood in a file called `name`.
[[nodiscard]] Result check_text(std::string text, const std::string& name, const Choices& choices,
                                const config::Environment& environment = {});

}  // namespace aggregator::lint
