#include <aggregator/format/yaml.hpp>

#include <vector>

#include "format/tree.hpp"
#include "format/yaml_scalar.hpp"

namespace aggregator::format {

namespace {

using json::Kind;

/// Walks over a tree with a stack of what is open, so that depth costs no recursion.
class YamlWriter {
public:
    YamlWriter(std::string& out, const Tree& tree) : out_(out), tree_(tree) {}

    void write();

private:
    struct Open {
        std::size_t end;  ///< index behind what is below
        Kind kind;
        bool flow;          ///< in braces or brackets, on one line
        bool first = true;  ///< nothing is written yet
    };

    std::size_t begin_child(std::size_t index);
    std::size_t begin_value(std::size_t index);
    void begin_line();
    void write_lead(const TreeValue& value);
    void write_key(std::string_view key);
    void write_scalar(const TreeValue& value);
    void close();

    [[nodiscard]] bool in_flow() const { return !open_.empty() && open_.back().flow; }

    std::string& out_;
    const Tree& tree_;
    std::vector<Open> open_;
    bool line_begun_ = true;  ///< the next entry follows a dash
};

void YamlWriter::write() {
    std::size_t at = begin_value(0);
    while (!open_.empty()) {
        if (at == open_.back().end) {
            close();
        } else {
            at = tree_[at].replaced ? tree_[at].end : begin_child(at);
        }
    }
}

std::size_t YamlWriter::begin_child(std::size_t index) {
    const TreeValue& value = tree_[index];
    Open& parent = open_.back();
    if (!parent.flow) {
        begin_line();
    } else if (!parent.first) {
        out_ += ", ";
    }
    parent.first = false;
    write_lead(value);
    return begin_value(index);
}

void YamlWriter::begin_line() {
    if (!line_begun_) {
        out_.append(2 * (open_.size() - 1), ' ');
    }
    line_begun_ = false;
}

// What stands before a value: its key, or the dash of an element.
void YamlWriter::write_lead(const TreeValue& value) {
    if (open_.back().kind == Kind::Object) {
        write_key(value.key);
    } else if (!open_.back().flow) {
        out_ += '-';
    }
}

void YamlWriter::write_key(std::string_view key) {
    const std::size_t before = out_.size();
    if (open_.back().flow) {
        append_yaml_quoted(out_, key);
    } else {
        append_yaml_string(out_, key);
    }
    if (out_.size() - before > kYamlKeyBytesMax) {
        out_.insert(before, "? ");
        out_ += '\n';
        out_.append(2 * (open_.size() - 1), ' ');
    }
    out_ += ':';
}

std::size_t YamlWriter::begin_value(std::size_t index) {
    const TreeValue& value = tree_[index];
    const bool leaf = !value.is_container() || value.end == index + 1;
    const bool flow = in_flow() || open_.size() >= kYamlBlockDepthMax;
    const bool below_key = !open_.empty() && open_.back().kind == Kind::Object;
    const bool element_in_flow = in_flow() && !below_key;
    if (!open_.empty() && !element_in_flow && (leaf || flow || !below_key)) {
        out_ += ' ';
    }
    if (leaf) {
        write_scalar(value);
        out_ += in_flow() ? "" : "\n";
        return value.end;
    }
    if (flow) {
        out_ += value.kind == Kind::Object ? '{' : '[';
    } else if (below_key) {
        out_ += '\n';
    } else {
        line_begun_ = true;
    }
    open_.push_back({.end = value.end, .kind = value.kind, .flow = flow});
    return index + 1;
}

void YamlWriter::write_scalar(const TreeValue& value) {
    switch (value.kind) {
        case Kind::Object:
            out_ += "{}";
            return;
        case Kind::Array:
            out_ += "[]";
            return;
        case Kind::String:
            if (in_flow()) {
                append_yaml_quoted(out_, value.text);
            } else {
                append_yaml_string(out_, value.text);
            }
            return;
        case Kind::Number:
            append_yaml_quoted(out_, value.text);
            return;
        case Kind::True:
        case Kind::False:
        case Kind::Null:
            out_ += value.text;
            return;
    }
}

void YamlWriter::close() {
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.flow) {
        out_ += closed.kind == Kind::Object ? '}' : ']';
        out_ += in_flow() ? "" : "\n";
    }
}

}  // namespace

void append_yaml(std::string& out, std::string_view object) {
    const Tree tree(object);
    YamlWriter(out, tree).write();
}

}  // namespace aggregator::format
