#include <algorithm>
#include <deque>
#include <set>
#include <vector>

#include <aggregator/format/xml.hpp>

#include "format/tree.hpp"
#include "format/xml_text.hpp"

namespace aggregator::format {

namespace {

using json::Kind;

constexpr std::string_view kRoot = "doc";
constexpr std::string_view kText = "#text";
constexpr std::size_t kRepeatedNameBytesMax = 128;

bool is_attribute(const TreeValue& value) {
    return value.key.starts_with('-') && !value.is_container();
}

bool is_text(const TreeValue& value) { return value.key == kText && !value.is_container(); }

std::string_view text_of(const TreeValue& value) {
    return value.kind == Kind::Null ? std::string_view() : value.text;
}

// The beginning of a name, which is a name too.
std::string_view shortened(std::string_view name) {
    std::size_t size = std::min(name.size(), kRepeatedNameBytesMax);
    while (size < name.size() && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return name.substr(0, size);
}

/// Walks over a tree with a stack of what is open, so that depth costs no recursion.
class XmlWriter {
public:
    XmlWriter(std::string& out, const Tree& tree) : out_(out), tree_(tree) {}

    void write();

private:
    /// An element that awaits its end tag, or an array whose elements bear its name.
    struct Open {
        std::string_view name;
        std::size_t end;      ///< index behind what is below
        std::size_t content;  ///< where the content begins in `out_`
        bool array;
    };

    [[nodiscard]] const TreeValue* own_root() const;
    std::size_t begin(std::size_t index, std::string_view name);
    std::size_t begin_child(std::size_t index);
    void write_attributes(std::size_t index);
    void write_leaf(std::string_view name, std::string_view text);
    void close();
    std::string_view name_of(std::string_view key);

    std::string& out_;
    const Tree& tree_;
    std::vector<Open> open_;
    std::deque<std::string> names_;
};

const TreeValue* XmlWriter::own_root() const {
    const auto members = tree_.children(tree_.root());
    if (members.size() != 1 || is_attribute(*members[0]) || is_text(*members[0])) {
        return nullptr;
    }
    if (members[0]->kind != Kind::Array) {
        return members[0];
    }
    const auto elements = tree_.children(*members[0]);
    const bool several = elements.size() > 1;
    const bool scalar = !elements.empty() && elements[0]->kind != Kind::Object;
    return several || scalar ? nullptr : members[0];
}

void XmlWriter::write() {
    const TreeValue* const own = own_root();
    const auto index = own == nullptr ? 0 : static_cast<std::size_t>(own - &tree_.root());
    const std::string_view name = own == nullptr ? kRoot : name_of(own->key);
    std::size_t at = begin(index, name);
    while (!open_.empty()) {
        if (at == open_.back().end) {
            close();
        } else {
            at = tree_[at].replaced ? tree_[at].end : begin_child(at);
        }
    }
}

std::size_t XmlWriter::begin(std::size_t index, std::string_view name) {
    const TreeValue& value = tree_[index];
    const bool bare = value.kind == Kind::Array && value.end == index + 1;
    if (!value.is_container() || bare) {
        write_leaf(name, bare ? std::string_view() : text_of(value));
        return value.end;
    }
    if (value.kind == Kind::Object) {
        out_.append("<").append(name);
        write_attributes(index);
        out_ += '>';
    } else {
        name = shortened(name);
    }
    open_.push_back({name, value.end, out_.size(), value.kind == Kind::Array});
    return index + 1;
}

std::size_t XmlWriter::begin_child(std::size_t index) {
    const TreeValue& value = tree_[index];
    const Open& parent = open_.back();
    if (parent.array) {
        return begin(index, parent.name);
    }
    if (is_attribute(value)) {
        return value.end;
    }
    if (is_text(value)) {
        append_xml_text(out_, text_of(value), XmlPlace::Content);
        return value.end;
    }
    return begin(index, name_of(value.key));
}

void XmlWriter::write_attributes(std::size_t index) {
    // Keys differ, so names can only clash where a key had to be changed.
    std::set<std::string_view> taken;
    bool changed = false;
    const std::size_t end = tree_[index].end;
    for (std::size_t at = index + 1; at != end; at = tree_[at].end) {
        changed = changed || (is_attribute(tree_[at]) && !is_xml_name(tree_[at].key.substr(1)));
    }
    for (std::size_t at = index + 1; at != end; at = tree_[at].end) {
        const TreeValue& value = tree_[at];
        if (value.replaced || !is_attribute(value)) {
            continue;
        }
        const std::string_view name = name_of(value.key.substr(1));
        if (changed && !taken.insert(name).second) {
            continue;
        }
        out_.append(" ").append(name).append("=\"");
        append_xml_text(out_, text_of(value), XmlPlace::Attribute);
        out_ += '"';
    }
}

void XmlWriter::write_leaf(std::string_view name, std::string_view text) {
    out_.append("<").append(name);
    if (text.empty()) {
        out_ += "/>";
        return;
    }
    out_ += '>';
    append_xml_text(out_, text, XmlPlace::Content);
    out_.append("</").append(name).append(">");
}

void XmlWriter::close() {
    const Open& closed = open_.back();
    if (!closed.array && out_.size() == closed.content) {
        out_.back() = '/';
        out_ += '>';
    } else if (!closed.array) {
        out_.append("</").append(closed.name).append(">");
    }
    open_.pop_back();
}

std::string_view XmlWriter::name_of(std::string_view key) {
    return is_xml_name(key) ? key : names_.emplace_back(xml_name_of(key));
}

}  // namespace

void append_xml(std::string& out, std::string_view object) {
    const Tree tree(object);
    XmlWriter(out, tree).write();
}

}  // namespace aggregator::format
