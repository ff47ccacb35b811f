#include <string>

#include <aggregator/lint/lint.hpp>

#include "growth/subject.hpp"

namespace aggregator::growth {

namespace {

std::string endpoint(std::size_t i) {
    const std::string name = std::to_string(i);
    return R"({"endpoint":"/e)" + name + R"(","input_headers":["*"],"backend":[)" +
           R"({"host":["http://h:80"],"url_pattern":"/a)" + name + R"("},)" +
           R"({"host":["http://h:80"],"url_pattern":"/a)" + name + R"(","allow":["a.b","a"]}]})";
}

}  // namespace

void add_lint(Subjects& subjects) {
    subjects.push_back({"lint: endpoints with findings", 5, [](std::size_t n) {
                            return [text = R"({"version":3,"endpoints":[)" +
                                           joined(n, ",", endpoint) + "]}"] {
                                const auto result = lint::check_text(text, "growth.json", {});
                                require(!result.findings.empty(), "nothing was found");
                            };
                        }});
}

}  // namespace aggregator::growth
