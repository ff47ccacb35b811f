#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <aggregator/base/loop.hpp>

namespace aggregator::component {

/// An immutable value that one thread makes and all workers read: key sets, tokens, what is known
/// of hosts. Each worker has a View of its own, so that it reads without a lock or an atomic and
/// the value does not change while it looks. Owned by a component::Shared, which outlives the
/// views.
template <typename T>
class Published {
    struct Cell;

public:
    using Value = std::shared_ptr<const T>;

    Published() = default;
    Published(const Published&) = delete;
    Published& operator=(const Published&) = delete;

    /// Every view gets the value in a later turn of its loop. From any thread; of two values the
    /// one that was published last is the last one that a view gets.
    void publish(Value value) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        for (const auto& [loop, cell] : readers_) {
            // The lock keeps the view, and with it the loop, until this is posted.
            loop->post([cell = cell, value = value_] { cell->put(value); });
        }
    }

    /// The newest value; null before the first one. From any thread.
    [[nodiscard]] Value latest() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }

    /// The value as one worker sees it. Lives on its loop's thread.
    class View {
    public:
        /// `changed` runs on the loop's thread each time that another value has come, but for the
        /// one that is there already. It may destroy the view.
        View(Published& source, base::Loop& loop, std::function<void()> changed = {})
            : source_(source), cell_(std::make_shared<Cell>()) {
            cell_->changed = std::move(changed);
            const std::lock_guard lock(source_.mutex_);
            cell_->value = source_.value_;
            source_.readers_.emplace_back(&loop, cell_);
        }
        ~View() {
            cell_->changed = nullptr;
            const std::lock_guard lock(source_.mutex_);
            auto& readers = source_.readers_;
            readers.erase(std::find_if(readers.begin(), readers.end(), [this](const auto& reader) {
                return reader.second == cell_;
            }));
        }
        View(const View&) = delete;
        View& operator=(const View&) = delete;

        /// Null before the first one. Borrowed until control goes back to the loop.
        [[nodiscard]] const T* get() const { return cell_->value.get(); }
        /// The same, for whoever needs it longer.
        [[nodiscard]] Value keep() const { return cell_->value; }

    private:
        Published& source_;
        std::shared_ptr<Cell> cell_;
    };

private:
    /// Lives until the last value that was posted to it has come. Its loop's thread alone uses it.
    struct Cell {
        Value value;
        std::function<void()> changed;

        void put(const Value& newer) {
            value = newer;
            if (const auto tell = changed) {
                tell();
            }
        }
    };

    mutable std::mutex mutex_;
    Value value_;
    std::vector<std::pair<base::Loop*, std::shared_ptr<Cell>>> readers_;
};

}  // namespace aggregator::component
