#include <aggregator/config/load.hpp>

#include <filesystem>

#include <aggregator/json/document_builder.hpp>

#include <aggregator/reading/files.hpp>
#include "config/environment.hpp"
#include "config/reading.hpp"
#include "config/service.hpp"

namespace aggregator::config {

namespace {

namespace fs = std::filesystem;

/// The files of a folder that may hold the service.
std::vector<std::string> service_files(const fs::path& folder) {
    std::vector<std::string> found;
    for (const std::string_view extension : reading::kExtensions) {
        const fs::path path = folder / ("service" + std::string(extension));
        std::error_code failed;
        if (fs::exists(fs::symlink_status(path, failed))) {
            found.push_back(path.string());
        }
    }
    return found;
}

/// One load(): fills a Loaded, file by file.
class Loading {
public:
    explicit Loading(reading::Readers readers, const Texts& texts = {})
        : texts_(texts), report_(loaded_.diagnostics, readers) {}

    void environment(const Environment& environment) {
        for (const auto& [name, value] : environment) {
            if (name == reading::kAllowOption) {
                report_.allowances().add_option(value, report_);
            }
        }
        Overrides overrides = read_environment(environment, service_keys(), report_);
        loaded_.overrides = std::move(overrides.names);
        if (overrides.file != nullptr) {
            variables_ = overrides.file.get();
            loaded_.files.push_back(std::move(overrides.file));
        }
    }

    void file(const std::string& path) {
        if (const File* const file = open(path)) {
            service(*file);
        }
    }

    void text(std::string content, const std::string& name) {
        if (const File* const file = parse(std::move(content), name)) {
            service(*file);
        }
    }

    void folder(const std::string& path) {
        const fs::path root(path);
        std::error_code failed;
        const std::vector<std::string> services = service_files(root);
        if (services.empty()) {
            report_.add(
                reading::about_file(path, "no-service",
                                    "the folder has no `service.json`, `service.yaml` or "
                                    "`service.toml`",
                                    "it holds the service; endpoints stand below `endpoints/`"));
        } else {
            file(services.front());
        }
        for (std::size_t i = 1; i < services.size(); ++i) {
            report_.add(reading::about_file(
                services[i], "second-service",
                "the folder has a service already, in " +
                    config::quoted(fs::path(services.front()).filename().string()),
                "keep one of the files"));
        }
        const fs::path endpoints = root / "endpoints";
        if (!fs::exists(fs::symlink_status(endpoints, failed))) {
            return;
        }
        for (const std::string& name : reading::list_files(endpoints.string(), report_)) {
            if (const File* const found = open(name)) {
                endpoints_of(*found);
            }
        }
    }

    [[nodiscard]] Loaded finish(const std::string& name) {
        complete(service_, report_);
        check(service_, report_);
        report_.allowances().tell_unused(name, report_);
        loaded_.allowances = report_.allowances().take();
        report_.close(name);
        if (!reading::has_reading_errors(loaded_.diagnostics)) {
            loaded_.service = std::move(service_);
        }
        sort(loaded_.diagnostics);
        return std::move(loaded_);
    }

private:
    /// The file, kept; null if it cannot be read, which has been told then.
    const File* open(const std::string& path) {
        if (const auto given = texts_.find(path); given != texts_.end()) {
            return parse(given->second, path);
        }
        auto content = reading::read_file(path);
        if (!content) {
            report_.add(reading::about_file(path, "unreadable-file",
                                            "cannot be read: " + content.error().detail));
            return nullptr;
        }
        return parse(*std::move(content), path);
    }

    const File* parse(std::string content, const std::string& path) {
        auto document = reading::parse_file(path, std::move(content));
        if (!document) {
            Diagnostic diagnostic = reading::about_file(path, "syntax", document.error().message);
            diagnostic.line = document.error().position.line;
            diagnostic.column = document.error().position.column;
            report_.add(std::move(diagnostic));
            // Kept all the same, so that the line can be shown.
            json::DocumentBuilder unread(std::move(document.error().text));
            unread.root({});
            loaded_.files.push_back(std::make_unique<File>(File{path, std::move(unread).finish()}));
            return nullptr;
        }
        loaded_.files.push_back(std::make_unique<File>(File{path, *std::move(document)}));
        const File& file = *loaded_.files.back();
        reading::check_duplicates(file, report_);
        return &file;
    }

    void service(const File& file) {
        report_.allowances().read({file, file.document.root(), {}, report_});
        read_service({file, file.document.root(), {}, report_}, variables_, service_);
    }

    void endpoints_of(const File& file) {
        const Value root{file, file.document.root(), {}, report_};
        if (root.node.kind == json::Kind::Object || root.node.kind == json::Kind::Array) {
            read_endpoints(root, service_);
        } else {
            root.wrong_type("an endpoint, which is an object, or a list of endpoints");
        }
    }

    Texts texts_;
    Loaded loaded_;
    Report report_;
    const File* variables_ = nullptr;
    ServiceConfig service_;
};

}  // namespace

Loaded load(const std::string& path, const Environment& environment, const Texts& texts,
            reading::Readers readers) {
    Loading loading(readers, texts);
    loading.environment(environment);
    std::error_code failed;
    if (texts.find(path) == texts.end() && fs::is_directory(path, failed)) {
        loading.folder(path);
    } else {
        loading.file(path);
    }
    return loading.finish(path);
}

Loaded load_text(std::string text, const std::string& name, const Environment& environment,
                 reading::Readers readers) {
    Loading loading(readers);
    loading.environment(environment);
    loading.text(std::move(text), name);
    return loading.finish(name);
}

}  // namespace aggregator::config
