#include "components/ip_filter/ip_list.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/reading/files.hpp>
#include <aggregator/reading/typing.hpp>

namespace aggregator::components {

namespace {

using reading::Value;

constexpr std::string_view kExpected = "an address, or a network such as 10.0.0.0/8";

/// The next line, without what is no entry; `text` is what is behind it.
std::string_view next_entry(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return base::trim(line.substr(0, line.find_first_of("#;\r")));
}

/// The first line of a file with a fault, and how many more there are.
struct Lines {
    std::size_t first = 0;
    std::string text;
    std::size_t count = 0;

    void note(std::size_t line, std::string_view entry) {
        if (count++ == 0) {
            first = line;
            text = entry;
        }
    }
    [[nodiscard]] std::string in(const std::string& path) const {
        const std::string more =
            count > 1 ? " (and " + std::to_string(count - 1) + " more lines)" : std::string();
        return path + ":" + std::to_string(first) + ": " + reading::quoted(text) + more;
    }
};

void warn_host_bits(const Value& value, const std::string& what) {
    value.warn("ip-host-bits", what + " has bits beyond the network's, which do not count",
               "write the network's first address, or the address alone");
}

}  // namespace

void IpList::read(const Value& value) {
    if (!reading::strict::expect(value, json::Kind::Array, "a list of addresses and networks")) {
        return;
    }
    for (const std::uint32_t index : value.node.elements) {
        const Value element = value.element(index);
        if (!reading::strict::expect(element, json::Kind::String, kExpected)) {
            continue;
        }
        ++size_;
        const auto network = plan::parse_network(element.node.text);
        if (!network) {
            element.error("bad-address", "expected " + std::string(kExpected) + ", found " +
                                             reading::quoted(element.node.text));
            continue;
        }
        if (network->has_host) {
            warn_host_bits(element, reading::quoted(element.node.text));
        }
        set_.add(*network);
    }
    check_size(value);
}

void IpList::read_files(const Value& value) {
    if (!reading::strict::expect(value, json::Kind::Array, "a list of files")) {
        return;
    }
    for (const std::uint32_t index : value.node.elements) {
        const Value element = value.element(index);
        if (reading::strict::expect(element, json::Kind::String, "the path of a file")) {
            read_file(element);
        }
    }
}

void IpList::read_file(const Value& value) {
    const std::string path = reading::located_file(value);
    const auto content = reading::read_file(path);
    if (!content) {
        return value.error("unreadable-file",
                           reading::quoted(path) + " cannot be read: " + content.error().detail);
    }
    Lines broken;
    Lines beyond;
    std::string_view rest = *content;
    for (std::size_t line = 1; !rest.empty() && size_ <= kEntriesMax; ++line) {
        const std::string_view entry = next_entry(rest);
        if (entry.empty()) {
            continue;
        }
        ++size_;
        const auto network = plan::parse_network(entry);
        if (!network) {
            broken.note(line, entry);
            continue;
        }
        if (network->has_host) {
            beyond.note(line, entry);
        }
        set_.add(*network);
    }
    if (broken.count > 0) {
        value.error("bad-address",
                    broken.in(path) + " is neither an address nor a network such as 10.0.0.0/8");
    }
    if (beyond.count > 0) {
        warn_host_bits(value, beyond.in(path));
    }
    check_size(value);
}

void IpList::check_size(const Value& value) const {
    if (size_ > kEntriesMax) {
        value.error("bad-value",
                    "more than " + std::to_string(kEntriesMax) + " addresses and networks");
    }
}

plan::AddressSet IpList::take() {
    set_.close();
    size_ = 0;
    return std::exchange(set_, {});
}

}  // namespace aggregator::components
