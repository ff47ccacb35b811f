#include "engine/flatmap_tree.hpp"

namespace aggregator::engine {

void FlatmapTree::write(Id top) {
    Id at = top;
    for (;;) {
        const Node& node = nodes_[at];
        if (node.changed && node.first != kNone) {
            text_ += node.array ? '[' : '{';
            at = node.first;
            write_key(at);
            continue;
        }
        if (node.changed && node.inner) {
            text_.append("null", 4);
        } else if (!node.changed && at != top && !nodes_[parent(at)].array) {
            at = write_run(at);
        } else {
            text_.append(node.value);
        }
        while (at != top && next(at) == kNone) {
            at = parent(at);
            text_ += nodes_[at].array ? ']' : '}';
        }
        if (at == top) {
            return;
        }
        at = next(at);
        text_ += ',';
        write_key(at);
    }
}

// Behind the key of an unchanged member: its value, and those behind it that came right behind it.
FlatmapTree::Id FlatmapTree::write_run(Id at) {
    const char* const begin = nodes_[at].value.data();
    const char* end = begin + nodes_[at].value.size();
    for (Id behind = next(at); behind != kNone; behind = next(at)) {
        const Node& node = nodes_[behind];
        if (node.changed ||
            !adjoins({begin, static_cast<std::size_t>(end - begin)}, node.key, node.value)) {
            break;
        }
        end = node.value.data() + node.value.size();
        at = behind;
    }
    text_.append(begin, static_cast<std::size_t>(end - begin));
    return at;
}

void FlatmapTree::write_key(Id node) {
    if (!nodes_[parent(node)].array) {
        text_ += '"';
        text_.append(nodes_[node].key);
        text_.append("\":", 2);
    }
}

}  // namespace aggregator::engine
