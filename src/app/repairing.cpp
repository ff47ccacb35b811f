#include "app/repairing.hpp"

#include <cstdio>

#include "app/environment.hpp"
#include "app/print.hpp"
#include "app/replace_file.hpp"
#include "app/standard_input.hpp"

namespace aggregator::app {

namespace {}  // namespace

lint::Result Repairing::repair(const std::string& path) {
    const bool reads = path == kStandardInput;
    const std::string name = reads ? kStandardInputName : path;
    const std::string input = reads ? read_standard_input() : std::string();
    config::Texts texts;
    if (reads) {
        texts.emplace(name, input);
    }
    lint::Fix fix = lint::fix(name, environment(options_.allowed), options_.choices, texts);
    if (options_.repairs == Repairs::Show) {
        show(fix);
    } else if (reads) {
        repaired_ += fix.repaired;
        print(fix.files.empty() ? input : fix.files.front().after);
    } else {
        write(fix);
    }
    std::fflush(stdout);
    if (fix.refused) {
        std::fprintf(stderr, "%s: some repairs would change what it means, and were left out\n",
                     name.c_str());
    }
    const bool unchanged = options_.repairs == Repairs::Show && !fix.files.empty();
    return std::move(unchanged ? fix.first : fix.result);
}

bool Repairing::finish() const {
    if (repaired_ != 0) {
        std::fprintf(stderr, "%s %zu finding%s\n",
                     options_.repairs == Repairs::Show ? "would repair" : "repaired", repaired_,
                     repaired_ == 1 ? "" : "s");
    }
    return written_;
}

void Repairing::show(const lint::Fix& fix) {
    repaired_ += fix.repaired;
    for (const lint::Fix::File& file : fix.files) {
        print(lint::to_diff(file));
    }
}

void Repairing::write(const lint::Fix& fix) {
    bool written = true;
    for (const lint::Fix::File& file : fix.files) {
        if (const auto problem = replace_file(file.path, file.after)) {
            std::fprintf(stderr, "aggregator: %s cannot be written: %s\n", file.path.c_str(),
                         problem->c_str());
            written = false;
        }
    }
    repaired_ += written ? fix.repaired : 0;
    written_ = written_ && written;
}

}  // namespace aggregator::app
