#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include <aggregator/component/component.hpp>
#include <aggregator/config/load.hpp>
#include <aggregator/json/schema.hpp>
#include <aggregator/lint/lint.hpp>
#include <aggregator/lint/schema.hpp>

#include "unit/lint/schema_generator.hpp"

using namespace aggregator;
using lint::SchemaKey;
using lint::SchemaKeys;

namespace {

constexpr std::size_t kConfigurations = 10000;
/// Until then there are more if a key was never accepted, or never refused.
constexpr std::size_t kConfigurationsMax = 60000;
constexpr std::uint64_t kSeed = 20;
/// Disagreements that are told.
constexpr std::size_t kToldMax = 5;

/// A warning of the loader that the schema, which has nothing but errors, refuses.
struct Refusing {
    std::string_view rule;
    std::string_view reason;
};

constexpr Refusing kRefusing[] = {
    {"unknown-key", "nothing reads it; for lint it is an error"},
    {"unknown-component", "nothing reads it"},
    {"misplaced-key", "nothing reads it there"},
    {"misplaced-component", "nothing reads it there"},
    {"unknown-encoding", "another one than what is written is used"},
    {"unknown-value", "another one than what is written is used"},
};

/// What the loader refuses and no schema can.
struct Excuse {
    std::string_view rule;
    std::string_view key;  ///< of the value that was told; empty: any
    std::string_view reason;
};

constexpr Excuse kExcuses[] = {
    {"bad-host", "", "how much is cleaned depends on `disable_host_sanitize`"},
    {"bad-address", "", "addresses are read by the system"},
    {"no-hosts", "", "depends on the service's hosts and on `sd`"},
    {"shadow-only", "", "counts the backends that are no shadows"},
    {"no-op-backends", "", "counts them beside an `output_encoding`"},
    {"bad-value", "sd_scheme", "is used beside `sd` alone"},
    {"bad-value", "allowed_hosts", "what a host is depends on `allowed_hosts_are_regex`"},
    {"bad-value", "ssl_host", "what a host is, is no pattern to read"},
    {"bad-value", "jwk_url", "what a host is, is no pattern to read"},
    {"bad-value", "jwk_urls", "the same"},
    {"bad-value", "propagate_claims", "the second of two texts is the name of a header"},
    {"unreadable-file", "jwk_local_path", "depends on the disk"},
    {"unreadable-file", "htpasswd_path", "depends on the disk"},
    {"unreadable-file", "keys_file", "depends on the disk"},
    {"bad-value", "keys", "what a key is depends on `hash`, and each stands there once"},
    {"bad-value", "patterns", "whether a text is a regular expression"},
    {"bad-value", "token_url", "what a host is, is no pattern to read"},
    {"bad-value", "env", "depends on the environment"},
    {"unreadable-file", "file", "depends on the disk"},
    {"unreadable-file", "token_file", "depends on the disk"},
    {"unreadable-file", "allow", "depends on the disk"},
    {"unreadable-file", "deny", "depends on the disk"},
    {"bad-value", "security/ip-filter", "what the files have depends on the disk"},
    {"out-of-range", "max_entry", "compares two keys"},
    {"open-admin", "", "an address that is no loopback one needs a token"},
    {"tls-keys", "tls", "one of `keys`, a single pair or `disabled` is needed"},
    {"tls-version", "tls", "compares two keys"},
    {"tls-version", "client_tls", "compares two keys"},
};

/// Where they differ and always will. None of it is generated.
struct Difference {
    std::string_view text;
    bool loads;  ///< else it is the schema that accepts it
    std::string_view reason;
};

constexpr Difference kDifferences[] = {
    {R"({"version": 3, "Timeout": "1s"})", true, "a schema compares keys as they are"},
    {R"({"version": 3, "port": "65536"})", false, "a schema does not count in texts"},
    {R"({"version": 3, "timeout": "9999999h"})", false, "a schema does not count in texts"},
    {R"({"version": 3, "extra_config": {"proxy/shadow": {"credential_headers": ["te"]}}})", false,
     "a list of names in any case of their letters is no pattern to read"},
    {R"({"version": 3, "name": "a", "name": "b"})", false,
     "a schema does not see which came twice"},
};

/// What the loader takes for a comment, and lint reads.
constexpr std::string_view kChoices = "@lint";

/// The key of the value that a pointer leads to, or of the list that it is in.
std::string key_of(const std::string& pointer) {
    const auto names = lint::without_indexes(lint::names_in(pointer));
    return names.empty() ? std::string() : names.back();
}

bool is_excused(const reading::Diagnostic& one, const config::Loaded& loaded) {
    // A schema compares numbers, but not those in a text.
    const reading::File& file = *loaded.files.front();
    const std::size_t offset = file.document.offset({one.line, one.column});
    if (one.rule == "out-of-range" && file.document.text()[offset] == '"') {
        return true;
    }
    return std::any_of(std::begin(kExcuses), std::end(kExcuses), [&one](const Excuse& excuse) {
        return excuse.rule == one.rule && (excuse.key.empty() || excuse.key == key_of(one.pointer));
    });
}

bool refuses(const reading::Diagnostic& one) {
    // What is not supported is in the format: the program refuses it, not the schema.
    return (one.severity == reading::Severity::Error && !one.only_serving) ||
           std::any_of(std::begin(kRefusing), std::end(kRefusing),
                       [&one](const Refusing& other) { return other.rule == one.rule; });
}

json::Shown show_all(const json::Node&) { return json::Shown::Whole; }

enum class Verdict : std::uint8_t { Accepted, Refused, Excused };

Verdict verdict_of(const config::Loaded& loaded) {
    Verdict verdict = Verdict::Accepted;
    for (const reading::Diagnostic& one : loaded.diagnostics) {
        if (!refuses(one)) {
            continue;
        }
        if (!is_excused(one, loaded)) {
            return Verdict::Refused;
        }
        verdict = Verdict::Excused;
    }
    return verdict;
}

/// What came of many configurations.
struct Tally {
    std::map<std::string, std::size_t> accepted;  ///< by the place of the key that was spoilt
    std::map<std::string, std::size_t> refused;
    std::size_t compared = 0;
    std::size_t excused = 0;
    std::vector<std::string> disagreements;
};

class Trial {
public:
    explicit Trial(const std::string& schema)
        : schema_(*json::Schema::compile(schema)), generator_(keys_, kSeed) {}

    void one(std::size_t number) {
        const SchemaKey& key = keys_.all()[number % keys_.all().size()];
        const std::string text = generator_.configuration(key);
        if (key.names.back() == kChoices) {
            return;
        }
        const config::Loaded loaded = config::load_text(text, "t", {}, component::readers());
        const Verdict verdict = verdict_of(loaded);
        if (verdict == Verdict::Excused) {
            ++tally.excused;
            return;
        }
        ++tally.compared;
        ++(verdict == Verdict::Accepted ? tally.accepted : tally.refused)[key.place];
        const json::Document& document = loaded.files.front()->document;
        const auto violation = schema_.check(document, document.root(), show_all);
        if (violation.has_value() != (verdict == Verdict::Refused)) {
            tally.disagreements.push_back(told(text, loaded, violation));
        }
    }

    [[nodiscard]] const SchemaKeys& keys() const { return keys_; }

    Tally tally;

private:
    static std::string told(const std::string& text, const config::Loaded& loaded,
                            const std::optional<json::Violation>& violation) {
        std::string out = text + "\n  the loader: ";
        for (const reading::Diagnostic& one : loaded.diagnostics) {
            out += refuses(one) ? reading::to_text(one) + "; " : "";
        }
        const json::Document& document = loaded.files.front()->document;
        return out + "\n  the schema: " +
               (violation ? document.pointer(*violation->node) + " " + violation->keyword + " of " +
                                violation->schema
                          : "fine");
    }

    SchemaKeys keys_;
    json::Schema schema_;
    generated::Generator generator_;
};

/// Keys of which every value is accepted.
bool takes_anything(const SchemaKeys& keys, const SchemaKey& key) {
    const json::Node& schema = keys.resolved(*key.property);
    return std::none_of(schema.members.begin(), schema.members.end(), [](const auto& entry) {
        return entry.key == "type" || entry.key == "enum" || entry.key == "anyOf";
    });
}

/// Keys of which a sound value names a file, or a variable, which is not there.
bool names_files(const SchemaKey& key) {
    static constexpr std::string_view kKeys[] = {"jwk_local_path", "htpasswd_path", "keys_file",
                                                 "file", "env"};
    return std::find(std::begin(kKeys), std::end(kKeys), key.names.back()) != std::end(kKeys) ||
           std::find(key.names.begin(), key.names.end(), "files") != key.names.end();
}

bool was_accepted(const Trial& trial, const SchemaKey& key) {
    return trial.tally.accepted.count(key.place) == 1 || names_files(key);
}

bool was_refused(const Trial& trial, const SchemaKey& key) {
    return trial.tally.refused.count(key.place) == 1 || takes_anything(trial.keys(), key);
}

bool is_complete(const Trial& trial) {
    const auto& all = trial.keys().all();
    return std::all_of(all.begin(), all.end(), [&trial](const SchemaKey& key) {
        return key.names.back() == kChoices ||
               (was_accepted(trial, key) && was_refused(trial, key));
    });
}

}  // namespace

TEST_CASE("schema: it accepts and refuses what the loader does, in 10,000 configurations") {
    Trial trial(lint::schema_of(lint::kWholeSchema).value_or(""));
    const Tally& tally = trial.tally;
    std::size_t number = 0;
    while (tally.compared < kConfigurations ||
           (tally.compared < kConfigurationsMax && !is_complete(trial))) {
        for (std::size_t i = 0; i < trial.keys().all().size(); ++i) {
            trial.one(number++);
        }
    }
    for (std::size_t i = 0; i < std::min(tally.disagreements.size(), kToldMax); ++i) {
        FAIL_CHECK(tally.disagreements[i]);
    }
    CHECK(tally.disagreements.size() == 0);
    CHECK(tally.excused < tally.compared / 10);
    for (const SchemaKey& key : trial.keys().all()) {
        CAPTURE(key.place);
        if (key.names.back() == kChoices) {
            continue;
        }
        CHECK(was_accepted(trial, key));
        CHECK(was_refused(trial, key));
    }
}

TEST_CASE("schema: where it differs from the loader is known") {
    const auto schema = json::Schema::compile(lint::schema_of(lint::kWholeSchema).value_or(""));
    for (const Difference& one : kDifferences) {
        CAPTURE(one.text);
        const config::Loaded loaded = config::load_text(std::string(one.text), "t");
        const json::Document& document = loaded.files.front()->document;
        const auto violation = schema->check(document, document.root(), show_all);
        CHECK(loaded.service.has_value() == one.loads);
        CHECK(violation.has_value() == one.loads);
    }
}

TEST_CASE("schema: a fraction is refused where a whole number belongs, as by the loader") {
    const auto schema = json::Schema::compile(lint::schema_of(lint::kWholeSchema).value_or(""));
    for (const char* const text :
         {R"({"version": 3.5})", R"({"version": "03"})", R"({"version": 3, "port": 8080.5})",
          R"({"version": 3, "port": -0.5})", R"({"version": 3, "port": "8080.5"})"}) {
        CAPTURE(text);
        const config::Loaded loaded = config::load_text(text, "t");
        CHECK_FALSE(loaded.service);
        const json::Document& document = loaded.files.front()->document;
        CHECK(schema->check(document, document.root(), show_all));
    }
    const lint::Result whole = lint::check_text(R"({"version": 3, "port": 8080.0})", "t", {});
    CHECK(whole.findings.empty());
}

TEST_CASE("schema: it takes of `@lint` what lint takes") {
    const auto schema = json::Schema::compile(lint::schema_of(lint::kWholeSchema).value_or(""));
    std::size_t refused = 0;
    for (const std::string value : generated::kValues) {
        for (const std::string& choices : {value, "{\"no-hosts\": " + value + '}'}) {
            const std::string text = R"({"version": 3, "@lint": )" + choices + '}';
            CAPTURE(text);
            const lint::Result result = lint::check_text(text, "t", {});
            const bool fine =
                std::none_of(result.findings.begin(), result.findings.end(), [](const auto& one) {
                    return one.rule == "bad-value" || one.rule == "unknown-rule";
                });
            const json::Document& document = result.loaded.files.front()->document;
            const auto violation = schema->check(document, document.root(), show_all);
            CHECK(violation.has_value() == !fine);
            refused += fine ? 0 : 1;
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("schema: one that differs from the loader in a trifle is found out") {
    struct Trifle {
        std::string key;  ///< the one to spoil
        std::string_view sound;
        std::string_view trifle;
    };
    const Trifle trifles[] = {
        {"version", R"("required": ["version"],)", ""},
        {"port", R"("maximum": 65535)", R"("maximum": 65536)"},
        {"shadow", R"("type": "boolean")", R"("type": ["boolean", "string"])"},
        {"disable_rest", R"(|True|)", "|"},
        {"name", R"(["string", "number", "boolean", "null"])", R"(["string", "number", "null"])"},
        {"backend", R"("minItems": 1)", R"("minItems": 0)"},
        {"args", R"("required": ["args"],)", ""},
        {"url_pattern", R"("url_pattern": {)", R"("url_patternx": {)"},
        {"encoding", R"("additionalProperties": false)", R"("additionalProperties": true)"},
    };
    const std::string whole = lint::schema_of(lint::kWholeSchema).value_or("");
    for (const Trifle& one : trifles) {
        CAPTURE(one.key);
        std::string text = whole;
        std::size_t count = 0;
        for (std::size_t at = text.find(one.sound); at != std::string::npos; ++count) {
            text.replace(at, one.sound.size(), one.trifle);
            at = text.find(one.sound, at + one.trifle.size());
        }
        CHECK(count > 0);
        Trial trial(text);
        const auto& keys = trial.keys().all();
        const auto spoilt = std::find_if(keys.begin(), keys.end(), [&one](const SchemaKey& key) {
            return key.names.back() == one.key;
        });
        const auto number = static_cast<std::size_t>(spoilt - keys.begin());
        for (std::size_t i = 0; i < kConfigurations && trial.tally.disagreements.empty(); ++i) {
            trial.one(number);
        }
        CHECK(!trial.tally.disagreements.empty());
    }
}
