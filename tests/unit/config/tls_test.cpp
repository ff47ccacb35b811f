#include "unit/config/folder.hpp"
#include "unit/config/loading.hpp"

using namespace aggregator::config;
using namespace aggregator::config::testing;
using Strings = std::vector<std::string>;

namespace {

Loaded load_tls(const std::string& members) { return load_service("\"tls\": {" + members + "}"); }

Loaded load_client_tls(const std::string& members) {
    return load_service("\"client_tls\": {" + members + "}");
}

const std::string kPair = R"("keys": [{"public_key": "c.pem", "private_key": "k.pem"}])";

}  // namespace

TEST_CASE("tls: a pair is enough, versions 1.2 and 1.3 are spoken") {
    const Loaded loaded = load_tls(kPair);
    const ServiceConfig& service = service_of(loaded);
    REQUIRE(service.tls.has_value());
    REQUIRE(service.tls->keys.size() == 1);
    CHECK(service.tls->keys[0].public_key == "c.pem");
    CHECK(service.tls->keys[0].private_key == "k.pem");
    CHECK(service.tls->min_version == TlsVersion::Tls12);
    CHECK(service.tls->max_version == TlsVersion::Tls13);
    CHECK_FALSE(service.tls->enable_mtls);
    CHECK(is_silent(loaded));
}

TEST_CASE("tls: every key is read, the single pair goes behind the others") {
    const ServiceConfig service =
        service_of(load_tls(kPair +
                            R"(, "public_key": "c2", "private_key": "k2", "min_version": "TLS10",
           "max_version": "TLS12",
           "curve_preferences": [29, 23], "cipher_suites": [49199], "enable_mtls": true,
           "ca_certs": ["ca"],
           "disable_system_ca_pool": true, "prefer_server_cipher_suites": true)"));
    const ListenerTlsConfig& tls = *service.tls;
    REQUIRE(tls.keys.size() == 2);
    CHECK(tls.keys[0].public_key == "c.pem");
    CHECK(tls.keys[1].public_key == "c2");
    CHECK(tls.keys[1].private_key == "k2");
    CHECK(tls.min_version == TlsVersion::Tls10);
    CHECK(tls.max_version == TlsVersion::Tls12);
    CHECK(tls.curve_preferences == std::vector<int>{29, 23});
    CHECK(tls.cipher_suites == std::vector<int>{49199});
    CHECK(tls.enable_mtls);
    CHECK(tls.ca_certs == Strings{"ca"});
    CHECK(tls.disable_system_ca_pool);
}

TEST_CASE("tls: no pair and half a pair are refused") {
    CHECK(error(load_tls(""), "tls-keys").message == "public key not defined");
    CHECK(error(load_tls("\"keys\": []"), "tls-keys").message == "public key not defined");
    CHECK(error(load_tls(R"("public_key": "c")"), "tls-keys").message == "private key not defined");
    CHECK(error(load_tls(R"("private_key": "k")"), "tls-keys").message == "public key not defined");
    const Loaded half =
        load_tls(R"("keys": [{"public_key": "c", "private_key": "k"}, {"public_key": "c"}])");
    CHECK(error(half, "tls-keys").message == "private key not defined");
    CHECK(error(half, "tls-keys").pointer == "/tls/keys/1");
    CHECK(half.diagnostics.size() == 1);
    CHECK(load_tls(R"("keys": [{"public_key": "c"}])").diagnostics.size() == 1);
}

TEST_CASE("tls: nothing is asked of it when it is switched off") {
    const Loaded loaded = load_tls("\"disabled\": true");
    CHECK(!service_of(loaded).tls.has_value());
    CHECK(is_silent(loaded));
}

TEST_CASE("tls: versions are known by name, and have to leave one to speak") {
    CHECK(error(load_tls(kPair + R"(, "min_version": "1.2")"), "tls-version").message ==
          "`min_version`: expected TLS10, TLS11, TLS12 or TLS13, found the text \"1.2\"");
    (void)error(load_tls(kPair + R"(, "min_version": "TLS13", "max_version": "TLS12")"),
                "tls-version");
    (void)error(load_client_tls(R"("max_version": "TLS11")"), "tls-version");
    CHECK(service_of(load_tls(kPair + R"(, "min_version": "")")).tls->min_version ==
          TlsVersion::Tls12);
    const Loaded ssl = load_tls(kPair + R"(, "min_version": "SSL3.0")");
    (void)warning(ssl, "tls-version");
    CHECK(service_of(ssl).tls->min_version == TlsVersion::Tls10);
}

TEST_CASE("tls: numbers of curves and ciphers have two bytes") {
    CHECK(error(load_tls(kPair + R"(, "curve_preferences": [70000])"), "out-of-range").message ==
          "expected a number from 0 to 65535, found the number 70000");
    (void)error(load_client_tls(R"("cipher_suites": [-1])"), "out-of-range");
}

TEST_CASE("client_tls: every key is read") {
    const ServiceConfig service = service_of(load_client_tls(
        R"("allow_insecure_connections": true, "ca_certs": "ca", "disable_system_ca_pool": true,
           "min_version": "TLS11", "max_version": "TLS12", "curve_preferences": 29,
           "cipher_suites": [49199],
           "client_certs": [{"certificate": "c", "private_key": "k"}])"));
    const ClientTlsConfig& tls = service.client_tls;
    CHECK(tls.allow_insecure_connections);
    CHECK(tls.ca_certs == Strings{"ca"});
    CHECK(tls.disable_system_ca_pool);
    CHECK(tls.min_version == TlsVersion::Tls11);
    CHECK(tls.max_version == TlsVersion::Tls12);
    CHECK(tls.curve_preferences == std::vector<int>{29});
    CHECK(tls.cipher_suites == std::vector<int>{49199});
    REQUIRE(tls.client_certs.size() == 1);
    CHECK(tls.client_certs[0].public_key == "c");
    CHECK(tls.client_certs[0].private_key == "k");
}

TEST_CASE("tls: what has no effect has to be true or false all the same") {
    (void)error(load_tls(kPair + R"(, "prefer_server_cipher_suites": "no")"), "wrong-type");
}

TEST_CASE("client_tls: an empty object changes nothing, half a certificate is refused") {
    CHECK(service_of(load_client_tls("")).client_tls.min_version == TlsVersion::Tls12);
    CHECK(error(load_client_tls(R"("client_certs": {"private_key": "k"})"), "tls-keys").message ==
          "certificate not defined");
    (void)refusal(load_client_tls(R"("public_key": "k")"), "unknown-key");
}

TEST_CASE("tls: paths are relative to the configuration, and so is that of the admin's token") {
    const Folder folder;
    folder.write("token", "0123456789abcdef0123456789abcdef");
    for (const char* file : {"c.pem", "k.pem", "ca.pem"}) {
        folder.write(file, "");
    }
    folder.write("gateway.json", R"({"version": 3,
        "tls": {"keys": [{"public_key": "c.pem", "private_key": "k.pem"}], "ca_certs": ["ca.pem"],
                "public_key": "c.pem", "private_key": "/elsewhere/k.pem"},
        "client_tls": {"client_certs": [{"certificate": "c.pem", "private_key": "k.pem"}],
                       "ca_certs": "ca.pem"},
        "extra_config": {"admin": {"listen": "10.0.0.5:8090", "token_file": "token"}}})");
    const Loaded loaded = load(folder.at("gateway.json"));
    const ServiceConfig& service = service_of(loaded);
    REQUIRE(service.tls.has_value());
    REQUIRE(service.tls->keys.size() == 2);
    CHECK(service.tls->keys[0] == KeyPair{folder.at("c.pem"), folder.at("k.pem")});
    CHECK(service.tls->keys[1] == KeyPair{folder.at("c.pem"), "/elsewhere/k.pem"});
    CHECK(service.tls->ca_certs == Strings{folder.at("ca.pem")});
    REQUIRE(service.client_tls.client_certs.size() == 1);
    CHECK(service.client_tls.client_certs[0] == KeyPair{folder.at("c.pem"), folder.at("k.pem")});
    CHECK(service.client_tls.ca_certs == Strings{folder.at("ca.pem")});
    REQUIRE(service.admin.has_value());
    CHECK(service.admin->token == "0123456789abcdef0123456789abcdef");
}
