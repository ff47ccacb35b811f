#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <aggregator/lint/schema.hpp>

#include "app/commands.hpp"

namespace aggregator::app {
namespace {

constexpr std::string_view kConfiguration = R"({
  "$schema": "./aggregator.schema.json",
  "version": 3,
  "port": 8080,
  "timeout": "2s",
  "host": ["http://127.0.0.1:9001"],
  "endpoints": [
    {
      "endpoint": "/profile/{id}",
      "backend": [
        { "url_pattern": "/users/{id}", "allow": ["id", "name"] },
        { "url_pattern": "/orders?user={id}", "allow": ["orders"] }
      ]
    }
  ]
}
)";

constexpr std::string_view kEditor = R"({
  "json.schemas": [
    { "fileMatch": ["aggregator.json"], "url": "./aggregator.schema.json" }
  ]
}
)";

/// Writes a file that does not exist yet; another one stays as it is.
class Writing {
public:
    void write(const std::filesystem::path& path, std::string_view text) {
        std::error_code ignored;
        std::filesystem::create_directories(path.parent_path(), ignored);
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (file < 0 && errno == EEXIST) {
            std::fprintf(stderr, "aggregator: %s exists, it was not changed\n", path.c_str());
            kept_ = true;
            return;
        }
        const bool written = file >= 0 && ::write(file, text.data(), text.size()) ==
                                              static_cast<ssize_t>(text.size());
        const int why = errno;
        const bool closed = file < 0 || ::close(file) == 0;
        if (!written || !closed) {
            std::fprintf(stderr, "aggregator: %s cannot be written: %s\n", path.c_str(),
                         std::strerror(why));
            failed_ = true;
            return;
        }
        std::printf("wrote %s\n", path.c_str());
    }

    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool kept() const { return kept_; }

private:
    bool failed_ = false;
    bool kept_ = false;
};

}  // namespace

int init(const Options& options) {
    const std::filesystem::path folder = options.paths.empty() ? "." : options.paths.front();
    const std::filesystem::path configuration = (folder / "aggregator.json").lexically_normal();
    Writing writing;
    writing.write(configuration, kConfiguration);
    const bool kept = writing.kept();
    writing.write((folder / "aggregator.schema.json").lexically_normal(),
                  lint::schema_of(lint::kWholeSchema).value_or(""));
    writing.write((folder / ".vscode/settings.json").lexically_normal(), kEditor);
    if (kept || writing.failed()) {
        return kBadInput;
    }
    const std::string& program = options.program;
    std::printf("\nNext: put the hosts and paths of your services into it, then\n");
    std::printf("  %s lint %s\n", program.c_str(), configuration.c_str());
    std::printf("  %s --config %s\n", program.c_str(), configuration.c_str());
    std::printf("  curl localhost:8080/profile/7\n");
    return kFine;
}

}  // namespace aggregator::app
