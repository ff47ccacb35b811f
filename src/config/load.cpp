#include <aggregator/config/load.hpp>

#include <filesystem>

#include "config/files.hpp"
#include "config/service.hpp"

namespace aggregator::config {

namespace {

namespace fs = std::filesystem;

/// One load(): fills a Loaded, file by file.
class Loading {
public:
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
        if (!fs::exists(fs::symlink_status(root / "service.json", failed))) {
            report_.add(about_file(path, "no-service", "the folder has no file `service.json`",
                                   "it holds the service; endpoints stand below `endpoints/`"));
        } else {
            file((root / "service.json").string());
        }
        const fs::path endpoints = root / "endpoints";
        if (!fs::exists(fs::symlink_status(endpoints, failed))) {
            return;
        }
        for (const std::string& name : list_files(endpoints.string(), report_)) {
            if (const File* const found = open(name)) {
                endpoints_of(*found);
            }
        }
    }

    [[nodiscard]] Loaded finish(const std::string& name) {
        complete(service_, report_);
        check(service_, report_);
        report_.close(name);
        if (!has_errors(loaded_.diagnostics)) {
            loaded_.service = std::move(service_);
        }
        sort(loaded_.diagnostics);
        return std::move(loaded_);
    }

private:
    /// The file, kept; null if it cannot be read, which has been told then.
    const File* open(const std::string& path) {
        if (is_foreign_format(path)) {
            report_.add(about_file(path, "unsupported-format", "YAML and TOML are not read yet",
                                   "write the configuration as JSON"));
            return nullptr;
        }
        auto content = read_file(path);
        if (!content) {
            report_.add(
                about_file(path, "unreadable-file", "cannot be read: " + content.error().detail));
            return nullptr;
        }
        return parse(*std::move(content), path);
    }

    const File* parse(std::string content, const std::string& path) {
        auto document = json::Document::parse(std::move(content));
        if (!document) {
            Diagnostic diagnostic = about_file(path, "syntax", document.error().message);
            diagnostic.line = document.error().position.line;
            diagnostic.column = document.error().position.column;
            report_.add(std::move(diagnostic));
            return nullptr;
        }
        loaded_.files.push_back(std::make_unique<File>(File{path, *std::move(document)}));
        const File& file = *loaded_.files.back();
        check_duplicates(file, report_);
        return &file;
    }

    void service(const File& file) {
        read_service({file, file.document.root(), {}, report_}, service_);
    }

    void endpoints_of(const File& file) {
        const Value root{file, file.document.root(), {}, report_};
        if (root.node.kind == json::Kind::Object || root.node.kind == json::Kind::Array) {
            read_endpoints(root, service_);
        } else {
            root.wrong_type("an endpoint, which is an object, or a list of endpoints");
        }
    }

    Loaded loaded_;
    Report report_{loaded_.diagnostics};
    ServiceConfig service_;
};

}  // namespace

Loaded load(const std::string& path) {
    Loading loading;
    std::error_code failed;
    if (fs::is_directory(path, failed)) {
        loading.folder(path);
    } else {
        loading.file(path);
    }
    return loading.finish(path);
}

Loaded load_text(std::string text, const std::string& name) {
    Loading loading;
    loading.text(std::move(text), name);
    return loading.finish(name);
}

}  // namespace aggregator::config
