#include <sys/stat.h>

#include <thread>

#include "unit/config/folder.hpp"
#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;

namespace fs = std::filesystem;

namespace {

std::string endpoint(const std::string& path) {
    return R"({"endpoint": ")" + path + R"(", "backend": [{"url_pattern": "/x"}]})";
}

std::string service(const std::string& members = {}) {
    return R"({"version": 3, "host": ["a"])" + members + "}";
}

std::string paths_of(const Loaded& loaded) {
    std::string paths;
    for (const EndpointConfig& one : service_of(loaded).endpoints) {
        paths += one.endpoint + " ";
    }
    return paths;
}

}  // namespace

TEST_CASE("load: one file") {
    const Folder folder;
    folder.write("a.json", service(R"(, "endpoints": [)" + endpoint("/a") + "]"));
    const Loaded loaded = load(folder.at("a.json"));
    CHECK(paths_of(loaded) == "/a ");
    CHECK(loaded.files.size() == 1);
    CHECK(loaded.files[0]->path == folder.at("a.json"));
}

TEST_CASE("load: the sources outlive the move of what was loaded") {
    const Folder folder;
    folder.write("a.json", service(R"(, "endpoints": [)" + endpoint("/a") + "]"));
    Loaded loaded = load(folder.at("a.json"));
    const Loaded moved = std::move(loaded);
    CHECK(endpoint_of(moved).source.at("endpoint", "r", "m").pointer == "/endpoints/0/endpoint");
}

TEST_CASE("load: the end of a file's name says its format, and any other means JSON") {
    const Folder folder;
    for (const char* name : {"conf", "a.JSON", "a.txt"}) {
        CAPTURE(name);
        folder.write(name, service());
        CHECK(is_silent(load(folder.at(name))));
        folder.write(name, "version: 3");
        CHECK(error(load(folder.at(name)), "syntax").file == folder.at(name));
    }
    for (const char* name : {"a.yaml", "a.yml", "a.YML"}) {
        CAPTURE(name);
        folder.write(name, "version: 3\nname: n\n");
        CHECK(service_of(load(folder.at(name))).name == "n");
    }
    folder.write("a.Toml", "version = 3\nname = 'n'\n");
    CHECK(service_of(load(folder.at("a.Toml"))).name == "n");
}

TEST_CASE("load: a file that is not there or cannot be read is told with the reason") {
    const Folder folder;
    CHECK(error(load(folder.at("none.json")), "unreadable-file").message ==
          "cannot be read: No such file or directory");
    fs::create_symlink("self.json", folder.at("self.json"));
    CHECK(error(load(folder.at("self.json")), "unreadable-file").message ==
          "cannot be read: Too many levels of symbolic links");
}

TEST_CASE("load: a file above the limit is refused without being read to its end") {
    const Folder folder;
    folder.write("huge.json", "{");
    // A hole in the file: its size is only said.
    fs::resize_file(folder.at("huge.json"), std::uintmax_t{1} << 30);
    CHECK(error(load(folder.at("huge.json")), "unreadable-file").message ==
          "cannot be read: it has more than 256 MiB");
}

TEST_CASE("load: a pipe is read as a file is") {
    const Folder folder;
    REQUIRE(mkfifo(folder.at("pipe").c_str(), 0600) == 0);
    std::thread writer([&folder] { std::ofstream(folder.at("pipe")) << service(); });
    const Loaded loaded = load(folder.at("pipe"));
    writer.join();
    CHECK(is_silent(loaded));
}

TEST_CASE("load: comments and trailing commas are fine") {
    const Folder folder;
    folder.write("a.json", "// x\n{\"version\": 3, /* y */ \"name\": \"n\",}\n");
    const Loaded loaded = load(folder.at("a.json"));
    CHECK(service_of(loaded).name == "n");
    CHECK(loaded.files[0]->document.leniencies().size() == 2);
}

TEST_CASE(
    "folder: endpoints of the service come first, then the files in the order of their paths") {
    const Folder folder;
    folder.write("service.json", service(R"(, "endpoints": [)" + endpoint("/first") + "]"));
    folder.write("endpoints/b.json", endpoint("/b"));
    folder.write("endpoints/a/2.json", "[" + endpoint("/a2x") + ", " + endpoint("/a2y") + "]");
    folder.write("endpoints/a/10.json", endpoint("/a10"));
    folder.write("endpoints/c.json", "[]");
    folder.write("endpoints/README.md", "not an endpoint");
    folder.write("endpoints/.hidden.json", "not an endpoint");
    folder.write("other.json", "not an endpoint");
    const Loaded loaded = load(folder.path());
    CHECK(paths_of(loaded) == "/first /a10 /a2x /a2y /b ");
    CHECK(is_silent(loaded));
}

TEST_CASE("folder: endpoints inherit from the service") {
    const Folder folder;
    folder.write("service.json", service(R"(, "timeout": "7s")"));
    folder.write("endpoints/a.json", endpoint("/a"));
    const Loaded loaded = load(folder.path());
    CHECK(endpoint_of(loaded).timeout == std::chrono::seconds(7));
    CHECK(endpoint_of(loaded).backends.at(0).hosts.at(0) == "http://a");
}

TEST_CASE("folder: a finding names its file, and all files are read") {
    const Folder folder;
    folder.write("service.json", "{\"version\": 3, }}");
    folder.write("endpoints/a.json", "{\n\"timeout\": 5, \"backend\": [{\"host\": \"h\"}]}");
    folder.write("endpoints/b.json", "7");
    folder.write("endpoints/c.json", "[7]");
    const Loaded loaded = load(folder.path());
    CHECK_FALSE(loaded.service.has_value());
    REQUIRE(loaded.diagnostics.size() == 4);
    CHECK(loaded.diagnostics[0].file == folder.at("service.json"));
    CHECK(loaded.diagnostics[0].rule == "syntax");
    CHECK(loaded.diagnostics[1].file == folder.at("endpoints/a.json"));
    CHECK(loaded.diagnostics[1].line == 2);
    CHECK(loaded.diagnostics[1].pointer == "/timeout");
    CHECK(loaded.diagnostics[2].message ==
          "expected an endpoint, which is an object, or a list of endpoints, found the number 7");
    CHECK(loaded.diagnostics[3].pointer == "/0");
}

TEST_CASE("folder: without a service it is refused") {
    const Folder folder;
    CHECK(error(load(folder.path()), "no-service").file == folder.path());
    CHECK(load(folder.path()).diagnostics.size() == 1);
}

TEST_CASE("folder: links to files and folders are followed") {
    const Folder folder;
    folder.write("service.json", service());
    folder.write("elsewhere/x.json", endpoint("/x"));
    folder.write("endpoints/a.json", endpoint("/a"));
    fs::create_symlink("../elsewhere", folder.at("endpoints/linked"));
    fs::create_symlink("../elsewhere/x.json", folder.at("endpoints/z.json"));
    CHECK(paths_of(load(folder.path())) == "/a /x /x ");
}

TEST_CASE("folder: a link that leads back, or nowhere, is refused") {
    const Folder folder;
    folder.write("service.json", service());
    folder.write("endpoints/deep/a.json", endpoint("/a"));
    fs::create_symlink("..", folder.at("endpoints/deep/up"));
    fs::create_symlink("gone.json", folder.at("endpoints/b.json"));
    const Loaded loaded = load(folder.path());
    CHECK(error(loaded, "link-loop").file == folder.at("endpoints/deep/up"));
    CHECK(error(loaded, "unreadable-file").file == folder.at("endpoints/b.json"));
    CHECK(loaded.diagnostics.size() == 2);
}

TEST_CASE("folder: files of all formats stand side by side, in the order of their paths") {
    const Folder folder;
    folder.write("service.yaml",
                 "version: 3\nhost: a\nendpoints:\n- endpoint: /s\n  backend: [{}]\n");
    folder.write("endpoints/a.toml", "endpoint = '/a'\n[[backend]]\n");
    folder.write("endpoints/b.yml",
                 "- endpoint: /b1\n  backend: [{}]\n- endpoint: /b2\n  backend: [{}]\n");
    folder.write("endpoints/c.json", endpoint("/c"));
    folder.write("endpoints/d.YAML", "endpoint: /d\nbackend: [{}]\n");
    folder.write("endpoints/.e.yaml", "hidden");
    folder.write("endpoints/f.yaml.bak", "no endpoint");
    CHECK(paths_of(load(folder.path())) == "/s /a /b1 /b2 /c /d ");
}

TEST_CASE("folder: of two services the second is refused") {
    const Folder folder;
    folder.write("service.toml", "version = 3\n");
    CHECK(is_silent(load(folder.path())));
    folder.write("service.yml", "version: 3\n");
    const Loaded loaded = load(folder.path());
    CHECK(error(loaded, "second-service").file == folder.at("service.toml"));
    CHECK(error(loaded, "second-service").message ==
          "the folder has a service already, in `service.yml`");
    CHECK(loaded.diagnostics.size() == 1);
}

TEST_CASE("folder: `endpoints` that is a file is told") {
    const Folder folder;
    folder.write("service.json", service());
    folder.write("endpoints", "[]");
    (void)error(load(folder.path()), "unreadable-file");
}
