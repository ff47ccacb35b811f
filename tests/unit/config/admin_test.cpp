#include <fstream>

#include "unit/config/folder.hpp"
#include "unit/config/loading.hpp"

using namespace aggregator;
using namespace aggregator::config;
using namespace aggregator::config::testing;

namespace {

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

Loaded load_admin(const std::string& members) {
    return load_service(R"("extra_config": {"admin": {)" + members + "}}");
}

const AdminConfig& admin_of(const Loaded& loaded) {
    const ServiceConfig& service = service_of(loaded);
    REQUIRE(service.admin.has_value());
    return *service.admin;
}

std::string token(const std::string& text = kToken) { return R"("token": ")" + text + '"'; }

}  // namespace

TEST_CASE("admin: there is no such interface unless it is written") {
    CHECK_FALSE(service_of(load_service("")).admin.has_value());
    const Loaded loaded = load_admin("");
    CHECK(is_silent(loaded));
    const AdminConfig& admin = admin_of(loaded);
    CHECK(admin.address == "127.0.0.1");
    CHECK(admin.port == 8090);
    CHECK(admin.token.empty());
    CHECK_FALSE(admin.metrics_public);
    CHECK(admin.state.empty());
}

TEST_CASE("admin: every key is read") {
    const Loaded loaded = load_admin(R"("listen": "0.0.0.0:9000", "metrics_public": true,
                                        "state": "/var/lib/state.db", )" +
                                     token());
    CHECK(is_silent(loaded));
    const AdminConfig& admin = admin_of(loaded);
    CHECK(admin.address == "0.0.0.0");
    CHECK(admin.port == 9000);
    CHECK(admin.token == kToken);
    CHECK(admin.metrics_public);
    CHECK(admin.state == "/var/lib/state.db");
}

TEST_CASE("admin: listen is a literal address, with or without a port") {
    CHECK(admin_of(load_admin(R"("listen": "127.0.0.2")")).port == 8090);
    const AdminConfig v6 = admin_of(load_admin(R"("listen": "[::1]:9000")"));
    CHECK(v6.address == "::1");
    CHECK(v6.port == 9000);
    CHECK(admin_of(load_admin(R"("listen": "::1")")).address == "::1");
    CHECK(admin_of(load_admin(R"("listen": "::0", )" + token())).address == "::0");
    CHECK(admin_of(load_admin(R"("listen": "127.0.0.1:0")")).port == 0);
    CHECK(admin_of(load_admin(R"("listen": "[::1]:0")")).port == 0);
    for (const char* listen : {"localhost:8090", ":8090", "8090", "127.0.0.1:x", ":0", ""}) {
        CAPTURE(listen);
        (void)error(load_admin(R"("listen": ")" + std::string(listen) + '"'), "bad-address");
    }
    (void)error(load_admin(R"("listen": 8090)"), "wrong-type");
}

TEST_CASE("admin: without a token only a loopback address is accepted") {
    for (const char* listen : {"0.0.0.0:8090", "10.0.0.1:8090", "[::]:8090", "[::2]:8090"}) {
        CAPTURE(listen);
        const std::string member = R"("listen": ")" + std::string(listen) + '"';
        const Diagnostic open = error(load_admin(member), "open-admin");
        CHECK(open.pointer == "/extra_config/admin/listen");
        CHECK(is_silent(load_admin(member + ", " + token())));
    }
    (void)error(load_admin(R"("listen": "0.0.0.0:8090")"), "open-admin");
}

TEST_CASE("admin: a token that can be guessed is told, and never repeated") {
    const Loaded loaded = load_admin(token("geheim"));
    const Diagnostic& told = warning(loaded, "short-token");
    CHECK(told.message.find("geheim") == std::string::npos);
    CHECK(admin_of(loaded).token == "geheim");
    CHECK(is_silent(load_admin(token(std::string(16, 'x')))));
}

TEST_CASE("admin: a token that is written and empty is refused, and so is the path of its file") {
    (void)error(load_admin(token("")), "bad-value");
    (void)error(load_admin(R"("token_file": "")"), "bad-value");
}

TEST_CASE("admin: a token has to fit into a header") {
    for (const char* text :
         {"with a space in the middle", "with-a-b\\nreak-in-it", "umlaut-ä-here"}) {
        CAPTURE(text);
        const Diagnostic told = error(load_admin(token(text)), "bad-value");
        CHECK(told.message.find(text) == std::string::npos);
    }
    (void)error(load_admin(token(std::string(4097, 'x'))), "bad-value");
    const Diagnostic typed = error(load_admin(R"("token": 12345678901234567)"), "wrong-type");
    CHECK(typed.message.find("12345") == std::string::npos);
}

TEST_CASE("admin: the token may stand in a file, white space around it left out") {
    const Folder folder;
    folder.write("token", std::string("  ") + kToken + "\r\n");
    const Loaded loaded =
        load_admin(R"("listen": "0.0.0.0:8090", "token_file": ")" + folder.at("token") + '"');
    CHECK(is_silent(loaded));
    CHECK(admin_of(loaded).token == kToken);
}

TEST_CASE("admin: a file without a token is an error, and no open door") {
    const Folder folder;
    folder.write("empty", " \n");
    folder.write("lines", "one-token-too-many\nsecond");
    const auto load_file = [&folder](const std::string& name) {
        return load_admin(R"("listen": "0.0.0.0:8090", "token_file": ")" + folder.at(name) + '"');
    };
    CHECK(error(load_file("missing"), "unreadable-file").pointer ==
          "/extra_config/admin/token_file");
    (void)error(load_file("empty"), "bad-value");
    (void)error(load_file("lines"), "bad-value");
    folder.write("token", kToken);
    const Loaded both = load_admin(token() + R"(, "token_file": ")" + folder.at("token") + '"');
    CHECK(error(both, "bad-value").message.find("exclude") != std::string::npos);
}

TEST_CASE("admin: its port is not the clients'") {
    const auto load_ports = [](const std::string& service, const std::string& listen) {
        return load_service(service + R"("extra_config": {"admin": {"listen": ")" + listen +
                            R"(", )" + token() + "}}");
    };
    (void)error(load_ports(R"("port": 8090, )", "127.0.0.1:8090"), "port-taken");
    (void)error(load_ports(R"("port": 8090, "listen_ip": "10.0.0.1", )", "0.0.0.0:8090"),
                "port-taken");
    (void)error(load_ports(R"("port": 8090, "listen_ip": "127.0.0.1", )", "127.0.0.1:8090"),
                "port-taken");
    CHECK(is_silent(load_ports(R"("port": 8090, "listen_ip": "10.0.0.1", )", "127.0.0.1:8090")));
    CHECK(is_silent(load_ports("", "127.0.0.1:8090")));
}

TEST_CASE("admin: it belongs to the service alone") {
    const Loaded loaded = load_endpoint(R"("backend": [{}], "extra_config": {"admin": {}})");
    CHECK(refusal(loaded, "misplaced-component").hint.find("the service") != std::string::npos);
    CHECK_FALSE(service_of(loaded).admin.has_value());
}
