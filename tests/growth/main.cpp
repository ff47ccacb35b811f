// Runs each subject with an input, one twice as long and one four times as long; under callgrind it
// leaves a file of instruction counts for each. growth.py reads them.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <valgrind/callgrind.h>

#include "growth/subject.hpp"

namespace aggregator::growth {

void require(bool holds, const std::string& text) {
    if (!holds) {
        std::fprintf(stderr, "%s\n", text.c_str());
        std::exit(1);
    }
}

std::string joined(std::size_t n, const std::string& between,
                   const std::function<std::string(std::size_t)>& one) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) {
        text.append(i == 0 ? "" : between).append(one(i));
    }
    return text;
}

namespace {

void measure(const Subject& subject) {
    subject.prepare(subject.size)();  // what is made once is made now
    for (const std::size_t factor : {1u, 2u, 4u}) {
        const std::function<void()> work = subject.prepare(subject.size * factor);
        const std::string title = subject.name + " x" + std::to_string(factor);
        CALLGRIND_ZERO_STATS;  // NOLINT: valgrind's macros
        work();
        CALLGRIND_DUMP_STATS_AT(title.c_str());
    }
}

}  // namespace

}  // namespace aggregator::growth

int main(int argc, char** argv) {
    using namespace aggregator::growth;
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    Subjects subjects;
    for (const auto add :
         {add_http, add_json, add_format, add_plan, add_engine, add_net, add_lint}) {
        add(subjects);
    }
    for (const Subject& subject : subjects) {
        if (subject.name.find(wanted) != std::string::npos) {
            measure(subject);
            std::printf("%s\n", subject.name.c_str());
        }
    }
}
