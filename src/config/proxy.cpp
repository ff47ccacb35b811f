#include "config/proxy.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

#include <aggregator/reading/unsupported.hpp>
#include "config/flatmap.hpp"
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

using Strategy = StaticConfig::Strategy;

/// What is read besides the model.
struct ProxyDraft {
    EndpointConfig& endpoint;
    bool sequential = false;
    std::string strategy;  ///< has the last word if it is written
};

void read_strategy(const Value& value, ProxyDraft& proxy) {
    std::string strategy;
    strict::read(value, strategy);
    if (strategy == "sequential" || strategy == "parallel") {
        proxy.strategy = std::move(strategy);
    } else if (value.node.kind == json::Kind::String) {
        proxy.strategy = "parallel";
        value.warn("unknown-value", "`strategy`: expected \"parallel\" or \"sequential\", found " +
                                        described(value.node) + "; parallel is used");
    }
}

/// From the first `resp<digits>` or `resp<digits>_<path>` at or behind `from` to its end; empty if
/// there is none.
std::string_view find_reference(std::string_view text, std::size_t from) {
    constexpr std::string_view kDigits = "0123456789";
    constexpr std::string_view kPath =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    const auto past = [text](std::string_view set, std::size_t at) {
        return std::min(text.find_first_not_of(set, at), text.size());
    };
    for (std::size_t at = text.find("esp", from); at != std::string_view::npos;
         at = text.find("esp", at + 1)) {
        const bool begun = at > from && (text[at - 1] == 'r' || text[at - 1] == 'R');
        const std::size_t digits = past(kDigits, at + 3);
        if (!begun || digits == at + 3) {
            continue;
        }
        const bool more = digits < text.size() && text[digits] == '_';
        const std::size_t path = more ? past(kPath, digits + 1) : digits;
        const std::size_t end = path > digits + 1 ? path : digits;
        return text.substr(at - 1, end - at + 1);
    }
    return {};
}

void read_reference(const Value& value, std::vector<std::string>& references) {
    std::string text;
    strict::read(value, text);
    if (value.node.kind != json::Kind::String) {
        return;
    }
    std::size_t from = 0;
    for (std::string_view found = find_reference(text, from); !found.empty();
         found = find_reference(text, from)) {
        from = static_cast<std::size_t>(found.data() - text.data()) + found.size();
        references.push_back("r" + std::string(found.substr(1)));
    }
    if (from == 0) {
        value.error(
            "bad-value",
            "expected a value of an earlier answer as \"resp0_id\", found " + described(value.node),
            "write `resp`, the number of the backend from 0 on, `_` and the path of the "
            "value; `resp0` alone is the whole answer of a no-op backend");
    }
}

void read_propagated(const Value& value, ProxyDraft& proxy) {
    if (!strict::expect(value, json::Kind::Array, "a list of texts")) {
        return;
    }
    auto& references = proxy.endpoint.sequential_propagated_params;
    references.clear();
    for (const std::uint32_t element : value.node.elements) {
        read_reference(value.element(element), references);
    }
}

struct StrategyName {
    std::string_view name;
    Strategy strategy;
};

constexpr StrategyName kStaticStrategies[] = {{"always", Strategy::Always},
                                              {"success", Strategy::Success},
                                              {"errored", Strategy::Errored},
                                              {"complete", Strategy::Complete},
                                              {"incomplete", Strategy::Incomplete}};

void read_static_strategy(const Value& value, StaticConfig& fixed) {
    std::string written;
    strict::read(value, written);
    std::vector<std::string_view> names;
    for (const StrategyName& known : kStaticStrategies) {
        if (known.name == written) {
            fixed.strategy = known.strategy;
            return;
        }
        names.push_back(known.name);
    }
    fixed.strategy = Strategy::Always;
    if (value.node.kind == json::Kind::String) {
        const auto guess = base::closest(written, names);
        value.warn("unknown-value",
                   "`strategy`: " + quoted(written) + " is not known, always is used",
                   guess ? "did you mean " + quoted(*guess) + "?" : std::string());
    }
}

void read_static_data(const Value& value, StaticConfig& fixed) {
    if (!strict::expect(value, json::Kind::Object, "an object")) {
        return;
    }
    for (const json::Node::Entry& entry : value.node.members) {
        const json::Node& member = value.file.document.at(entry.node);
        // Keys that look like comments may stand twice.
        if (value.file.document.member(value.node, entry.key) == &member) {
            fixed.data.emplace_back(entry.key, value.file.document.compact(member));
        }
    }
}

constexpr Field<StaticConfig> kStaticFields[] = {
    {"strategy", read_static_strategy},
    {"data", read_static_data},
};

void read_static(const Value& value, ProxyDraft& proxy) {
    StaticConfig fixed;
    read_fields(value, {.what = "`static`", .keys = Keys::Exact, .fields = kStaticFields}, fixed);
    if (value.node.kind != json::Kind::Object) {
        return;
    }
    if (value.file.document.member(value.node, "data") == nullptr) {
        value.warn("no-effect", "`static` has no effect without `data`");
        return;
    }
    proxy.endpoint.fixed = std::move(fixed);
}

void read_combiner(const Value& value, ProxyDraft&) {
    std::string combiner = "default";
    strict::read(value, combiner);
    if (!combiner.empty() && combiner != "default") {
        value.warn("unknown-value",
                   "`combiner`: " + quoted(combiner) + " is not known, default is used");
    }
}

void read_filter(const Value& value, ProxyDraft& proxy) {
    read_flatmap(value, proxy.endpoint.flatmap);
}

void read_at_backend(const Value& value, ProxyDraft&) {
    Diagnostic diagnostic = value.source().at(
        {""}, "misplaced-key",
        quoted(value.key) + " has no effect at an endpoint: its backends answer clients",
        "it belongs to `extra_config.proxy` of the backend that is the shadow");
    refuse_unless_allowed(value, std::move(diagnostic), {});
}

constexpr Field<ProxyDraft> kProxyFields[] = {
    {"sequential", strict::set<&ProxyDraft::sequential>},
    {"strategy", read_strategy},
    {"sequential_propagated_params", read_propagated},
    {"static", read_static},
    {"flatmap_filter", read_filter},
    {"combiner", read_combiner},
    // Every backend has a request of its own anyway.
    {"force_sandboxed_request", strict::check_bool},
    {"shadow", read_at_backend},
    {"shadow_timeout", read_at_backend},
};

}  // namespace

void read_proxy(const Value& value, EndpointConfig& endpoint) {
    ProxyDraft proxy{.endpoint = endpoint, .strategy = {}};
    read_fields(value,
                {.what = "an endpoint's `proxy`", .keys = Keys::Exact, .fields = kProxyFields},
                proxy);
    endpoint.sequential =
        proxy.strategy.empty() ? proxy.sequential : proxy.strategy == "sequential";
}

void add_proxy_keys(KeyTables& all) {
    add_keys(all, "proxy", kProxyFields);
    add_keys(all, "proxy.static", kStaticFields);
}

}  // namespace aggregator::config
