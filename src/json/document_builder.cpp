#include <aggregator/json/document_builder.hpp>

#include <utility>

#include <aggregator/base/assert.hpp>

namespace aggregator::json {

DocumentBuilder::DocumentBuilder(std::string text) {
    AGG_ASSERT(text.size() <= Document::kBytesMax);
    document_.text_ = std::move(text);
}

std::uint32_t DocumentBuilder::root(Value value) {
    AGG_ASSERT(document_.nodes_.empty());
    return add(0, std::move(value));
}

std::uint32_t DocumentBuilder::element(std::uint32_t array, Value value) {
    const std::uint32_t index = add(array, std::move(value));
    document_.nodes_[array].elements.push_back(index);
    return index;
}

std::uint32_t DocumentBuilder::member(std::uint32_t object, Key key, Value value) {
    const std::uint32_t index = add(object, std::move(value));
    document_.nodes_[object].members.push_back(
        {std::move(key.text), static_cast<std::uint32_t>(key.offset), index});
    return index;
}

Document DocumentBuilder::finish() && {
    AGG_ASSERT(!document_.nodes_.empty());
    document_.index_lines();
    return std::move(document_);
}

std::uint32_t DocumentBuilder::add(std::uint32_t parent, Value value) {
    AGG_ASSERT(document_.nodes_.size() < Document::kNodesMax);
    Node node;
    node.kind = value.kind;
    node.offset = static_cast<std::uint32_t>(value.offset);
    node.parent = parent;
    node.text = std::move(value.text);
    document_.nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(document_.nodes_.size() - 1);
}

}  // namespace aggregator::json
