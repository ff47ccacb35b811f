#include <cstdio>
#include <string>
#include <vector>

#include <aggregator/base/version.hpp>
#include "app/command_table.hpp"
#include "app/commands.hpp"
#include "app/memory.hpp"
#include "app/reference.hpp"

namespace {

int print_all(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return aggregator::app::kFine;
}

}  // namespace

int main(int argc, char** argv) {
    namespace app = aggregator::app;
    auto options = app::parse_options(std::vector<std::string>(argv + 1, argv + argc));
    if (!options) {
        const bool helps = options.error().find("--help") != std::string::npos;
        std::fprintf(stderr, "aggregator: %s\n%s", options.error().c_str(),
                     helps ? "" : "Try 'aggregator --help'.\n");
        return app::kWrongUsage;
    }
    options->program = argc > 0 ? argv[0] : options->program;
    switch (options->command) {
        case app::Options::Command::Run:
            app::keep_freed_memory();
            return app::run(*options);
        case app::Options::Command::Check:
            return app::check(*options);
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
        case app::Options::Command::Init:
            return app::init(*options);
        case app::Options::Command::Reference:
            return print_all(app::reference_text());
        case app::Options::Command::State:
            return app::state(*options);
        case app::Options::Command::Completion:
            return print_all(app::completion(options->paths.front()));
        case app::Options::Command::Manual:
            return print_all(app::manual_page());
        case app::Options::Command::Version:
            return print_all("aggregator " + std::string(aggregator::base::version()) + '\n');
        case app::Options::Command::Help:
            return print_all(options->about ? app::help_text(app::row_of(*options->about))
                                            : app::help_text());
    }
}
