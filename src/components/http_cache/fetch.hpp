#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <aggregator/cache/flights.hpp>
#include <aggregator/http/owned_request.hpp>

#include "components/http_cache/caching.hpp"

namespace aggregator::components {

/// Why the backend is called, and what may be done with its answer.
struct Errand {
    std::string key;
    std::string_view why = "miss";     ///< as Cache-Status writes it behind `fwd=`
    cache::EntryPtr stored = nullptr;  ///< what is there, and must not be given without asking
    base::Time on_error_until{};       ///< until when it is given if the backend fails
    bool stores = true;                ///< the answer may be stored
    bool shares = false;               ///< others may wait for it
};

/// A call to the backend because of an Errand. What is stored is validated, if that is possible.
class FetchCall final : public CachedCall {
public:
    FetchCall(Caching& caching, const http::Request& request, Errand errand, http::Done done);

    void start(const http::Request& request, http::Service& inner);
    /// `settled` runs in a later turn, once it is known whether the answer is stored.
    void settle_with(std::function<void()> settled);
    void reject_answer() override;

private:
    /// The head of an answer whose body is still on its way.
    struct Head {
        int status;
        std::vector<std::pair<std::string, std::string>> fields;
        cache::Freshness freshness;
    };

    [[nodiscard]] std::vector<http::Field> validating_fields(http::Fields fields) const;
    void collect(http::Result<http::Response> answer);
    void give_up();
    [[nodiscard]] bool is_covered(const http::Result<http::Response>& answer) const;
    void give_stored(const http::Result<http::Response>& answer);
    void freshen(const http::Response& answer);
    void take(http::Response answer);
    void record(http::Response& answer, const cache::Freshness& freshness);
    void keep_recorded(const std::shared_ptr<const std::string>& body);
    [[nodiscard]] std::shared_ptr<cache::Entry> entry_of(
        int status, http::Fields fields, const cache::Freshness& freshness,
        std::shared_ptr<const std::string> body) const;
    bool put(const std::shared_ptr<cache::Entry>& entry);
    [[nodiscard]] bool is_worth_storing(const http::Response& answer,
                                        const cache::Freshness& freshness) const;
    [[nodiscard]] bool was_redirected(const http::Response& answer) const;
    [[nodiscard]] cache::Moment moment() const;
    void pass_on(http::Response answer, std::string status);
    void land(const cache::EntryPtr& entry);

    Errand errand_;
    http::OwnedRequest request_;
    bool validates_ = false;
    bool authorized_ = false;
    bool no_store_ = false;  // says the request
    std::uint64_t mark_;
    base::Time asked_at_;
    std::optional<Head> head_;
    std::optional<cache::Flight> flight_;
    std::function<void()> settled_;
    base::Timer settle_;
    base::Timer give_up_;
    std::unique_ptr<http::Call> inner_;
};

}  // namespace aggregator::components
