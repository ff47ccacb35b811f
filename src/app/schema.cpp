#include <cstdio>

#include <aggregator/base/text.hpp>
#include <aggregator/lint/schema.hpp>

#include "app/commands.hpp"

namespace aggregator::app {
namespace {

std::string unknown_part(const std::string& part) {
    const auto names = lint::schema_names();
    std::string message = "there is no schema of '" + part + "'";
    if (const auto near = base::closest(part, names)) {
        return message + "; did you mean '" + std::string(*near) + "'?";
    }
    for (const std::string_view name : names) {
        message.append(name == names.front() ? "; there is " : ", ").append(name);
    }
    return message;
}

}  // namespace

int schema(const Options& options) {
    const std::string part =
        options.paths.empty() ? std::string(lint::kWholeSchema) : options.paths.front();
    const auto text = lint::schema_of(part);
    if (!text) {
        std::fprintf(stderr, "aggregator: %s\n", unknown_part(part).c_str());
        return kWrongUsage;
    }
    std::fwrite(text->data(), 1, text->size(), stdout);
    return kFine;
}

}  // namespace aggregator::app
