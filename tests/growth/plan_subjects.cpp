#include <memory>
#include <string>
#include <vector>

#include <aggregator/config/load.hpp>
#include <aggregator/plan/forward.hpp>

#include "growth/subject.hpp"

namespace aggregator::growth {

namespace {

using Text = std::function<std::string(std::size_t)>;

std::string number(std::size_t i) { return std::to_string(i); }

std::shared_ptr<const plan::Plan> plan_of(const std::string& text) {
    config::Loaded loaded = config::load_text(text, "growth.json");
    auto plan = plan::compile(loaded, loaded.diagnostics);
    require(plan != nullptr, "a configuration was refused");
    return plan;
}

/// One of many endpoints, with a host of its own.
std::string endpoint(std::size_t i, const std::string& path, const std::string& more) {
    return R"({"endpoint":"/e)" + number(i) + path + R"(","backend":[{"host":["http://h)" +
           number(i) + R"(:80"],"url_pattern":"/e"}])" + more + "}";
}

void add_forwarding(Subjects& subjects) {
    const auto plan = plan_of(
        R"({"version":3,"endpoints":[{"endpoint":"/e","input_headers":["*"],)"
        R"("input_query_strings":["*"],"backend":[{"host":["http://h"],"url_pattern":"/e"}]}]})");
    const auto add = [&subjects, plan](const std::string& name, std::size_t size,
                                       const Text& target) {
        subjects.push_back({"forward: " + name, size, [plan, target](std::size_t n) {
                                return [plan, text = target(n)] {
                                    http::Request request;
                                    request.method = "GET";
                                    request.target = text;
                                    plan::Outgoing out;
                                    const auto& backend = plan->endpoints[0].backends[0];
                                    forward(backend, request, client_facts_of(*plan, request), out);
                                    require(out.target.size() > 2, "nothing was forwarded");
                                };
                            }});
    };
    const auto query = [](std::size_t n, const Text& one) { return "/e?" + joined(n, "&", one); };
    add("parameters in reverse", 200, [query](std::size_t n) {
        return query(n, [n](std::size_t i) { return "a" + number(2 * n - i) + "=%41"; });
    });
    add("parameters of one name", 200,
        [query](std::size_t n) { return query(n, [](std::size_t) { return "a=1"; }); });
    add("one long value", 1'500, [](std::size_t n) { return "/e?a=" + std::string(n, '+'); });
    subjects.push_back({"forward: headers", 200, [plan](std::size_t n) {
                            return [plan, n] {
                                const std::vector<http::Field> fields(n, {"X-Some", "v"});
                                http::Request request;
                                request.method = "GET";
                                request.target = "/e";
                                request.headers = fields;
                                plan::Outgoing out;
                                const auto& backend = plan->endpoints[0].backends[0];
                                forward(backend, request, client_facts_of(*plan, request), out);
                                require(out.fields.size() >= n, "nothing was forwarded");
                            };
                        }});
}

void add_named_headers(Subjects& subjects) {
    constexpr std::size_t kNames = 20;
    const auto quoted = [](std::size_t i) { return "\"X-" + number(i) + '"'; };
    const auto plan =
        plan_of(R"({"version":3,"endpoints":[)" +
                endpoint(1, "", ",\"input_headers\":[" + joined(kNames, ",", quoted) + "]") + "]}");
    subjects.push_back({"forward: headers by name", 100, [plan](std::size_t n) {
                            return [plan, n] {
                                std::vector<std::string> names(n);
                                std::vector<http::Field> fields;
                                for (std::size_t i = 0; i < n; ++i) {
                                    names[i] = "x-" + number(i % kNames);
                                    fields.push_back({names[i], "v"});
                                }
                                http::Request request;
                                request.method = "GET";
                                request.target = "/e1";
                                request.headers = fields;
                                plan::Outgoing out;
                                const auto& backend = plan->endpoints[0].backends[0];
                                forward(backend, request, client_facts_of(*plan, request), out);
                                require(out.fields.size() >= n, "nothing was forwarded");
                            };
                        }});
}

/// What a url_pattern holds in front of the client's parameters is as long as the client makes it.
void add_patterns(Subjects& subjects) {
    const auto plan =
        plan_of(R"({"version":3,"endpoints":[{"endpoint":"/e/{x}","input_query_strings":["*"],)"
                R"("backend":[{"host":["http://h:80"],"url_pattern":"/e/{x}"}]}]})");
    subjects.push_back(
        {"url_pattern: a long value and many parameters", 300, [plan](std::size_t n) {
             const auto one = [](std::size_t) { return "a"; };
             return
                 [plan, value = std::string(20 * n, 'x'), target = "/e/x?" + joined(n, "&", one)] {
                     const std::string_view params[] = {value};
                     http::Request request;
                     request.method = "GET";
                     request.target = target;
                     request.params = params;
                     plan::Outgoing out;
                     const auto& backend = plan->endpoints[0].backends[0];
                     forward(backend, request, client_facts_of(*plan, request), out);
                     require(out.pairs.size() > 1, "nothing was forwarded");
                 };
         }});
    subjects.push_back({"url_pattern: a value to be escaped", 1'500, [plan](std::size_t n) {
                            return [plan, value = std::string(n, '/')] {
                                const std::string_view params[] = {value};
                                std::string out;
                                plan->endpoints[0].backends[0].target.render(params, out);
                                require(out.size() > value.size(), "nothing was rendered");
                            };
                        }});
}

void add_configurations(Subjects& subjects) {
    const auto add = [&](const std::string& name, std::size_t size, const Text& one) {
        subjects.push_back({"configuration: " + name, size, [one](std::size_t n) {
                                return [text = R"({"version":3,"endpoints":[)" +
                                               joined(n, ",", one) + "]}"] { plan_of(text); };
                            }});
    };
    add("endpoints", 10, [](std::size_t i) { return endpoint(i, "", ""); });
    add("endpoints with parameters", 10, [](std::size_t i) { return endpoint(i, "/{a}", ""); });
    add("routes of one prefix", 10, [](std::size_t i) {
        return R"({"endpoint":"/a/b/)" + number(i) +
               R"(/c","backend":[{"host":["http://h:80"],"url_pattern":"/e"}]})";
    });
    subjects.push_back(
        {"configuration: headers of one endpoint", 100, [](std::size_t n) {
             const auto name = [](std::size_t i) { return "\"X-" + number(i) + '"'; };
             const std::string more = ",\"input_headers\":[" + joined(n, ",", name) + "]";
             return [text = R"({"version":3,"endpoints":[)" + endpoint(1, "", more) + "]}"] {
                 plan_of(text);
             };
         }});
    subjects.push_back(
        {"configuration: mistakes", 20, [](std::size_t n) {
             const auto key = [](std::size_t i) { return "\"x" + number(i) + "\":1"; };
             return [text = R"({"version":3,)" + joined(n, ",", key) + R"(,"endpoints":[]})"] {
                 (void)config::load_text(text, "growth.json");
             };
         }});
}

}  // namespace

void add_plan(Subjects& subjects) {
    add_forwarding(subjects);
    add_named_headers(subjects);
    add_patterns(subjects);
    add_configurations(subjects);
}

}  // namespace aggregator::growth
