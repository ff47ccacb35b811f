#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/cache/freshness.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::cache {

/// What the entries of one store use together. Atomic: every worker counts there.
struct Account {
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> entries{0};
    std::atomic<std::uint64_t> evictions{0};  ///< for want of room
};

/// A header that chose the answer (RFC 9111 4.1), with what the request had there: all its values
/// as one list, without the spaces around commas; languages in lower case and in one order.
struct Selector {
    std::string name;
    std::optional<std::string> value;  ///< nothing: the request did not have it

    bool operator==(const Selector& other) const = default;
};

/// The value of a Selector of that name for a request with these fields.
[[nodiscard]] std::optional<std::string> selecting_value(std::string_view name,
                                                         http::Fields request);

/// What an answer's Vary names, with the request's values. A packed answer that does not name
/// Accept-Encoding is taken to do so: the gateway may have asked for the packing.
[[nodiscard]] std::vector<Selector> selectors_of(http::Fields answer, http::Fields request);

/// How long an entry may be used.
struct Terms {
    Time received{};
    Duration age{};      ///< when it was received
    Time fresh_until{};  ///< `received` less if it was never fresh
    Time stale_while_revalidate_until{};
    Time stale_if_error_until{};
    bool must_validate = false;  ///< `no-cache`: before each use
    bool forbids_stale = false;  ///< not even a client's `max-stale` makes it usable
};

/// Lifetimes that stale answers have by the configuration if they do not say so themselves.
struct StaleDefaults {
    Duration while_revalidate{};
    Duration if_error{};
};
[[nodiscard]] Terms terms_of(const Freshness& freshness, Time received,
                             const StaleDefaults& defaults);

/// A stored answer. Immutable but for two atomic words, so that workers share it.
class Entry {
public:
    struct Source {
        std::string_view key;
        int status = 200;
        http::Fields headers{};  ///< all but those that end here are copied
        std::shared_ptr<const std::string> body;
        std::vector<Selector> selectors{};
        Terms terms{};
    };

    explicit Entry(const Source& source);
    ~Entry() { retire(); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] http::Fields headers() const { return fields_; }
    [[nodiscard]] const std::shared_ptr<const std::string>& body() const { return body_; }
    [[nodiscard]] const std::vector<Selector>& selectors() const { return selectors_; }
    [[nodiscard]] const Terms& terms() const { return terms_; }
    [[nodiscard]] std::string_view etag() const { return etag_; }
    [[nodiscard]] std::string_view last_modified() const { return last_modified_; }
    /// What it takes of a store's budget.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

    [[nodiscard]] Duration age(Time now) const { return terms_.age + (now - terms_.received); }
    [[nodiscard]] bool is_fresh(Time now) const {
        return now < terms_.fresh_until && !terms_.must_validate;
    }
    [[nodiscard]] bool fits(http::Fields request) const;

    /// Counts it in an account until it is retired. Once, before it is shared.
    void count_in(std::shared_ptr<Account> account);
    /// No worker may use it any more. From any thread.
    void retire() const;
    [[nodiscard]] bool is_live() const { return live_.load(std::memory_order_acquire); }
    /// That it was used, for the order in which entries are given up; about once a second.
    void touch(Time now) const;
    [[nodiscard]] Time used() const {
        return Time(Duration(used_.load(std::memory_order_relaxed)));
    }

private:
    [[nodiscard]] std::string_view keep(std::string_view text);

    std::string key_;
    int status_;
    std::string bytes_of_fields_;
    std::vector<http::Field> fields_;
    std::shared_ptr<const std::string> body_;
    std::vector<Selector> selectors_;
    Terms terms_;
    std::string_view etag_;
    std::string_view last_modified_;
    std::uint64_t bytes_ = 0;
    std::shared_ptr<Account> account_;
    mutable std::atomic<bool> live_{true};
    mutable std::atomic<std::int64_t> used_{0};
};

using EntryPtr = std::shared_ptr<const Entry>;

/// The fields of a stored answer after a 304 to a validation (RFC 9111 3.2): those of the 304
/// instead of the stored ones of the same name, but for those that describe the stored body. Views
/// both.
[[nodiscard]] std::vector<http::Field> updated_fields(http::Fields stored, http::Fields answer);

}  // namespace aggregator::cache
