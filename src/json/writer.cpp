#include <aggregator/json/writer.hpp>

#include <aggregator/base/assert.hpp>
#include <aggregator/base/text.hpp>
#include <aggregator/json/spans.hpp>

namespace aggregator::json {

Writer& Writer::object() { return open('{', '}'); }

Writer& Writer::array() { return open('[', ']'); }

Writer& Writer::end() {
    AGG_ASSERT(!closers_.empty());
    out_ += closers_.back();
    closers_.pop_back();
    first_ = false;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    separate();
    append_string(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
}

Writer& Writer::text(std::string_view value) {
    separate();
    append_string(out_, value);
    return *this;
}

Writer& Writer::number(std::uint64_t value) {
    separate();
    base::append_decimal(out_, value);
    return *this;
}

Writer& Writer::raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
}

void Writer::separate() {
    if (!first_) {
        out_ += ',';
    }
    first_ = false;
}

Writer& Writer::open(char opener, char closer) {
    separate();
    out_ += opener;
    closers_ += closer;
    first_ = true;
    return *this;
}

}  // namespace aggregator::json
