#include "format/json_writer.hpp"

#include <aggregator/json/spans.hpp>

namespace aggregator::format {

void append_key(std::string& out, std::string_view key) {
    if (out.back() != '{') {
        out += ',';
    }
    json::append_string(out, key);
    out += ':';
}

void next_element(std::string& out) {
    if (out.back() != '[') {
        out += ',';
    }
}

}  // namespace aggregator::format
