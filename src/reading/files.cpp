#include <aggregator/reading/files.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <aggregator/base/text.hpp>
#include <aggregator/format/document.hpp>

namespace aggregator::reading {

namespace {

namespace fs = std::filesystem;

base::Error failure(int number) {
    return {base::Code::BadConfiguration, std::generic_category().message(number)};
}

base::Error too_long() { return {base::Code::BadConfiguration, "it has more than 256 MiB"}; }

std::string extension_of(const fs::path& path) { return base::to_lower(path.extension().string()); }

struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

/// One walk below a folder.
class FolderWalk {
public:
    explicit FolderWalk(Report& report) : report_(report) {}

    void folder(const fs::path& path) {
        std::error_code failed;
        const fs::path real = fs::canonical(path, failed);
        if (failed) {
            unreadable(path, failed);
            return;
        }
        if (std::find(above_.begin(), above_.end(), real) != above_.end()) {
            report_.add(about_file(path.string(), "link-loop",
                                   "the link leads back to a folder that it stands in"));
            return;
        }
        above_.push_back(real);
        for (const fs::path& child : children(path)) {
            entry(child);
        }
        above_.pop_back();
    }

    [[nodiscard]] std::vector<std::string> take() {
        std::sort(files_.begin(), files_.end());
        return std::move(files_);
    }

private:
    std::vector<fs::path> children(const fs::path& path) {
        std::vector<fs::path> found;
        std::error_code failed;
        fs::directory_iterator entry(path, failed);
        for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
            if (entry->path().filename().native().front() != '.') {
                found.push_back(entry->path());
            }
        }
        if (failed) {
            unreadable(path, failed);
        }
        std::sort(found.begin(), found.end());
        return found;
    }

    void entry(const fs::path& path) {
        std::error_code failed;
        const fs::file_status status = fs::status(path, failed);
        if (fs::is_directory(status)) {
            folder(path);
            return;
        }
        const auto* const end = std::end(kExtensions);
        const bool known = std::find(std::begin(kExtensions), end, extension_of(path)) != end;
        if (known && failed) {
            unreadable(path, failed);
        } else if (known) {
            files_.push_back(path.string());
        }
    }

    void unreadable(const fs::path& path, const std::error_code& why) {
        report_.add(
            about_file(path.string(), "unreadable-file", "cannot be read: " + why.message()));
    }

    Report& report_;
    std::vector<fs::path> above_;
    std::vector<std::string> files_;
};

}  // namespace

base::Result<std::string> read_file(const std::string& path) {
    constexpr std::size_t kMax = json::Document::kBytesMax;
    const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr) {
        return base::fail(failure(errno));
    }
    constexpr std::size_t kChunk = 1u << 16;
    std::string text;
    std::error_code unknown;
    const std::uintmax_t expected = fs::file_size(path, unknown);
    if (!unknown && expected > kMax) {
        return base::fail(too_long());
    }
    if (!unknown) {
        text.reserve(expected + kChunk);
    }
    std::size_t got = kChunk;
    while (got == kChunk && text.size() <= kMax) {
        const std::size_t size = text.size();
        text.resize(size + kChunk);
        got = std::fread(text.data() + size, 1, kChunk, file.get());
        text.resize(size + got);
    }
    if (std::ferror(file.get()) != 0) {
        return base::fail(failure(errno));
    }
    if (text.size() > kMax) {
        return base::fail(too_long());
    }
    return text;
}

std::vector<std::string> list_files(const std::string& folder, Report& report) {
    FolderWalk walk(report);
    walk.folder(folder);
    return walk.take();
}

tl::expected<json::Document, json::SyntaxError> parse_file(const std::string& path,
                                                           std::string text) {
    const std::string extension = extension_of(path);
    if (extension == ".yaml" || extension == ".yml") {
        return format::parse_yaml(std::move(text));
    }
    return extension == ".toml" ? format::parse_toml(std::move(text))
                                : json::Document::parse(std::move(text));
}

Diagnostic about_file(const std::string& path, std::string rule, std::string message,
                      std::string hint) {
    Diagnostic diagnostic;
    diagnostic.rule = std::move(rule);
    diagnostic.file = path;
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

std::string located_file(const Value& value) {
    const fs::path written(value.node.text);
    const fs::path beside = fs::path(value.file.path).parent_path() / written;
    std::error_code ignored;
    if (written.is_relative() && !fs::exists(beside, ignored) && fs::exists(written, ignored)) {
        value.warn("file-elsewhere",
                   reading::quoted(value.node.text) +
                       " is not in the folder of the configuration: the one in the working "
                       "directory is read",
                   "write its path in full, or relative to the configuration");
        return written.string();
    }
    return beside.string();
}

}  // namespace aggregator::reading
