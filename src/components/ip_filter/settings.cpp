#include "components/ip_filter/settings.hpp"

#include <utility>

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>

#include "components/ip_filter/ip_list.hpp"

namespace aggregator::components {

namespace {

using reading::Value;

/// The two lists while they are read.
struct Lists {
    IpList allow;
    IpList deny;
    bool allow_written = false;
    bool names_files = false;
};

template <auto Member>
void read_list(const Value& value, Lists& lists) {
    (lists.*Member).read(value);
}

void read_allow(const Value& value, Lists& lists) {
    lists.allow_written = true;
    lists.allow.read(value);
}

void read_allow_files(const Value& value, Lists& lists) {
    lists.allow_written = lists.allow_written || !value.node.elements.empty();
    lists.allow.read_files(value);
}

void read_deny_files(const Value& value, Lists& lists) {
    lists.names_files = !value.node.elements.empty();
    lists.deny.read_files(value);
}

constexpr reading::Field<Lists> kFiles[] = {
    {"allow", read_allow_files},
    {"deny", read_deny_files},
};

void read_files(const Value& value, Lists& lists) {
    reading::read_fields(
        value,
        {.what = "`files` of `security/ip-filter`", .keys = reading::Keys::Exact, .fields = kFiles},
        lists);
}

constexpr reading::Field<Lists> kFields[] = {
    {"allow", read_allow},
    {"deny", read_list<&Lists::deny>},
    {"files", read_files},
};

/// Lists that say nothing would let everybody in, or nobody. A file may say nothing today.
void check(const Value& value, const Lists& lists) {
    if (lists.allow_written && lists.allow.size() == 0) {
        value.error("bad-value", "`allow` of `security/ip-filter` is empty: nobody would be let in",
                    "list who is let in, or remove `allow`");
    } else if (lists.allow.size() + lists.deny.size() == 0 && !lists.names_files) {
        value.error("bad-value",
                    "`security/ip-filter` lists no address: expected `allow` or `deny`",
                    "for instance { \"allow\": [\"10.0.0.0/8\"] }");
    }
}

}  // namespace

bool IpSettings::admits(std::string_view address) const {
    return !address.empty() && (deny.empty() || !deny.contains(address)) &&
           (!allow || allow->contains(address));
}

std::shared_ptr<const reading::Settings> read_ip_filter(const Value& value) {
    Lists lists;
    reading::read_fields(
        value, {.what = "`security/ip-filter`", .keys = reading::Keys::Exact, .fields = kFields},
        lists);
    if (value.node.kind == json::Kind::Object) {
        check(value, lists);
    }
    auto settings = std::make_shared<IpSettings>();
    if (lists.allow_written) {
        settings->allow = lists.allow.take();
    }
    settings->deny = lists.deny.take();
    return settings;
}

}  // namespace aggregator::components
