#include "config/admin.hpp"

#include <algorithm>

#include <aggregator/base/text.hpp>

#include <aggregator/reading/files.hpp>
#include <aggregator/reading/grammar.hpp>
#include "config/key_tables.hpp"
#include "config/reading.hpp"

namespace aggregator::config {

namespace {

constexpr std::size_t kTokenMin = 16;
constexpr std::size_t kTokenMax = 4096;

/// What is read besides the model.
struct AdminDraft : AdminConfig {
    std::string token_file;
};

/// Whether a port is asked for that happens to be free.
bool asks_any_port(std::string_view text) {
    return text.ends_with("]:0") || (text.ends_with(":0") && text.find(':') + 2 == text.size());
}

void read_listen(const Value& value, AdminDraft& admin) {
    if (!strict::expect(value, json::Kind::String, "a text")) {
        return;
    }
    std::string_view text = value.node.text;
    const bool any_port = asks_any_port(text);
    text.remove_suffix(any_port ? 2 : 0);
    const auto listen = reading::with_port(text, AdminConfig{}.port);
    if (!listen) {
        value.error("bad-address",
                    "`listen`: expected address:port, found " + described(value.node),
                    "the address is literal: 127.0.0.1:8090, [::1]:8090; 0.0.0.0:8090 is every "
                    "IPv4 interface; port 0 is any free one");
        return;
    }
    const std::size_t colon = listen->rfind(':');
    const bool brackets = listen->front() == '[';
    admin.address = listen->substr(brackets ? 1 : 0, colon - (brackets ? 2 : 0));
    const std::string_view port = std::string_view(*listen).substr(colon + 1);
    admin.port = any_port ? 0 : static_cast<std::uint16_t>(*base::parse_decimal(port));
}

/// A text without the white space around it.
std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = std::min(text.find_first_not_of(kSpace), text.size());
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Takes a token that can stand behind `Bearer` in a header.
void take_token(const Value& value, std::string_view token, AdminDraft& admin) {
    const bool visible =
        std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    if (token.empty() || token.size() > kTokenMax || !visible) {
        value.error("bad-value",
                    value.label() + "expected a token of 1 to " + std::to_string(kTokenMax) +
                        " visible ASCII characters without spaces",
                    "`openssl rand -hex 32` makes a good one");
        return;
    }
    if (token.size() < kTokenMin) {
        value.warn("short-token",
                   value.label() + "the token has " + std::to_string(token.size()) +
                       " characters, and can be guessed",
                   "`openssl rand -hex 32` makes a good one");
    }
    admin.token = token;
}

void read_token(const Value& value, AdminDraft& admin) {
    // A secret is not repeated, be it of the wrong type.
    if (value.node.kind != json::Kind::String) {
        value.error("wrong-type", "`token`: expected a text");
        return;
    }
    take_token(value, value.node.text, admin);
}

void read_token_file(const Value& value, AdminDraft& admin) {
    strict::read(value, admin.token_file);
    if (admin.token_file.empty()) {
        if (value.node.kind == json::Kind::String) {
            value.error("bad-value", "`token_file`: expected the path of a file, found \"\"",
                        "leave it out where no token is wanted");
        }
        return;
    }
    admin.token_file = reading::located_file(value);
    const auto content = reading::read_file(admin.token_file);
    if (!content) {
        value.error("unreadable-file", "`token_file`: " + quoted(admin.token_file) +
                                           " cannot be read: " + content.error().detail);
        return;
    }
    take_token(value, trimmed(*content), admin);
}

constexpr Field<AdminDraft> kAdminFields[] = {
    {"listen", read_listen},
    {"token", read_token},
    {"token_file", read_token_file},
    {"metrics_public", strict::set<&AdminDraft::metrics_public>},
    {"state", strict::set<&AdminDraft::state>},
};

bool is_loopback(std::string_view address) {
    return address.starts_with("127.") || address == "::1";
}

void check_access(const Value& value, const AdminDraft& admin) {
    const auto token = member_of(value, "token");
    const auto file = member_of(value, "token_file");
    if (token && file) {
        file->error("bad-value", "`token` and `token_file` exclude each other",
                    "keep `token_file`: a secret does not belong in the configuration");
        return;
    }
    // A file that could not be read has been told.
    const bool open = admin.token.empty() && admin.token_file.empty();
    if (open && !is_loopback(admin.address)) {
        value.report.add(value.source().at("listen", "open-admin",
                                           "without a token the management interface listens on a "
                                           "loopback address alone, not on " +
                                               quoted(admin.address),
                                           "write `token_file`, or 127.0.0.1 into `listen`"));
    }
}

}  // namespace

void read_admin(const Value& value, ServiceConfig& service) {
    AdminDraft admin;
    service.places.admin = value.source();
    read_fields(value, {.what = "`admin`", .keys = Keys::Exact, .fields = kAdminFields}, admin);
    check_access(value, admin);
    service.admin = std::move(admin);
}

void add_admin_keys(KeyTables& all) { add_keys(all, "admin", kAdminFields); }

}  // namespace aggregator::config
