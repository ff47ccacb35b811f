#include <cstdio>
#include <string>
#include <vector>

#include <aggregator/base/version.hpp>
#include "app/commands.hpp"
#include "app/memory.hpp"

int main(int argc, char** argv) {
    namespace app = aggregator::app;
    const auto options = app::parse_options(std::vector<std::string>(argv + 1, argv + argc));
    if (!options) {
        std::fprintf(stderr, "aggregator: %s\nTry 'aggregator --help'.\n", options.error().c_str());
        return app::kWrongUsage;
    }
    switch (options->command) {
        case app::Options::Command::Run:
            app::keep_freed_memory();
            return app::run(*options);
        case app::Options::Command::Lint:
            return app::lint(*options);
        case app::Options::Command::Routes:
            return app::routes(*options);
        case app::Options::Command::Fmt:
            return app::fmt(*options);
        case app::Options::Command::Schema:
            return app::schema(*options);
        case app::Options::Command::Explain:
            return app::explain(*options);
        case app::Options::Command::State:
            return app::state(*options);
        case app::Options::Command::Version:
            std::printf("aggregator %s\n", std::string(aggregator::base::version()).c_str());
            return app::kFine;
        case app::Options::Command::Help:
            std::fputs(app::help_text().c_str(), stdout);
            return app::kFine;
    }
}
