#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include <aggregator/admin/metric_rows.hpp>

#include "unit/admin/world.hpp"

using namespace aggregator;

namespace {

/// What stands behind `# HELP name ` or `# TYPE name `, by the names.
std::map<std::string, std::string> told(const std::string& text, const std::string& what) {
    std::istringstream lines(text);
    std::map<std::string, std::string> found;
    const std::string start = "# " + what + ' ';
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(start)) {
            const std::size_t space = line.find(' ', start.size());
            found[line.substr(start.size(), space - start.size())] = line.substr(space + 1);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("metrics: the rows of the reference are what is served, with the same type and meaning") {
    testing::World world;
    const std::string text = world.get("/metrics").body;
    const auto helps = told(text, "HELP");
    const auto types = told(text, "TYPE");
    CHECK(helps.size() == admin::metric_rows().size());
    for (const admin::MetricRow& row : admin::metric_rows()) {
        CAPTURE(row.name);
        const std::string name(row.name);
        REQUIRE(helps.contains(name));
        CHECK(helps.at(name) == row.meaning);
        CHECK(types.at(name) == row.type);
    }
}

TEST_CASE("metrics: no series has a label that the row of its metric does not name") {
    testing::World world;
    std::istringstream lines(world.get("/metrics").body);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t brace = line.find('{');
        if (line.starts_with('#') || brace == std::string::npos) {
            continue;
        }
        CAPTURE(line);
        const std::string name = line.substr(0, brace);
        bool fits = false;
        for (const admin::MetricRow& row : admin::metric_rows()) {
            const std::size_t label_end = line.find('=', brace);
            const std::string label = line.substr(brace + 1, label_end - brace - 1);
            fits = fits || (name.starts_with(row.name) &&
                            (" " + std::string(row.labels) + " ").find(" " + label + " ") !=
                                std::string::npos);
        }
        CHECK(fits);
    }
}
