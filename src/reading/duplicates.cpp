#include <algorithm>
#include <tuple>

#include <aggregator/reading/value.hpp>

namespace aggregator::reading {

namespace {

using Entry = json::Node::Entry;

/// One walk over a file. The list is kept from object to object to spare the allocations.
class DuplicateCheck {
public:
    void value(const Value& value) {
        object(value);
        for (const Entry& entry : value.node.members) {
            this->value(value.member(entry));
        }
        for (const std::uint32_t element : value.node.elements) {
            this->value(value.element(element));
        }
    }

private:
    void object(const Value& value) {
        sorted_.clear();
        for (const Entry& entry : value.node.members) {
            sorted_.push_back(&entry);
        }
        std::sort(sorted_.begin(), sorted_.end(), [](const Entry* a, const Entry* b) {
            return std::tie(a->key, a->key_offset) < std::tie(b->key, b->key_offset);
        });
        for (std::size_t i = 1; i < sorted_.size(); ++i) {
            const Entry& entry = *sorted_[i];
            if (entry.key == sorted_[i - 1]->key && !is_comment(entry.key)) {
                tell(value, entry, *sorted_[i - 1]);
            }
        }
    }

    static void tell(const Value& value, const Entry& entry, const Entry& before) {
        const json::Position place = value.file.document.position(before.key_offset);
        value.error_at(entry, "duplicate-key",
                       "the key " + quoted(entry.key) + " stands here again, it stood in line " +
                           std::to_string(place.line) + " already");
    }

    std::vector<const Entry*> sorted_;
};

}  // namespace

void check_duplicates(const File& file, Report& report) {
    // The recursion is as deep as a Document may nest.
    DuplicateCheck().value({file, file.document.root(), {}, report});
}

}  // namespace aggregator::reading
