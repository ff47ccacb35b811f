#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <aggregator/config/service.hpp>
#include <aggregator/config/shadow.hpp>
#include <aggregator/http/message.hpp>

namespace aggregator::plan {

struct Backend;

/// What an expression can ask for. Views; lives while one copy is made.
struct ExpressionFacts {
    const http::Request& request;  ///< the client's, with the captured parameters
    std::string_view request_id;
    std::string_view endpoint;  ///< the pattern
    std::string_view shadow;    ///< the name
    std::string_view client;    ///< the address
};

/// A text with `{request.id}`, `{request.method}`, `{request.path}`, `{request.host}`,
/// `{request.header.N}`, `{param.N}`, `{endpoint}`, `{shadow.name}` and `{client.ip}` in it;
/// `{#request.id}` is the same as `{request.id}`, and `{{` a brace. Immutable.
class Expression {
public:
    /// What is wrong, and what was probably meant.
    struct Fault {
        std::string message;
        std::string hint;
    };

    /// `params` are the names that the endpoint's path captures, in their order. Faults are
    /// appended; the expression is then what could be understood.
    [[nodiscard]] static Expression compile(std::string_view text,
                                            const std::vector<std::string>& params,
                                            std::vector<Fault>& faults);
    /// Appends its value. A header or parameter that is not there is empty.
    void render(const ExpressionFacts& facts, std::string& out) const;
    /// The headers of the client that it is made of.
    [[nodiscard]] std::vector<std::string> headers() const;

private:
    struct Piece;
    std::vector<Piece> pieces_;

public:
    Expression();
    ~Expression();
    Expression(const Expression&);
    Expression(Expression&&) noexcept;
    Expression& operator=(const Expression&);
    Expression& operator=(Expression&&) noexcept;
};

/// One condition of `sample.when`, compiled. Immutable, safe from any thread.
class Condition {
public:
    /// An RE2 expression that cannot be compiled is a fault with its reason.
    [[nodiscard]] static base::Result<Condition> compile(
        const config::ShadowConditionConfig& config, const std::vector<std::string>& params);
    /// For a header, query string or cookie that stands several times, one of them suffices;
    /// Absent asks that none is there.
    [[nodiscard]] bool holds(const http::Request& request) const;

private:
    struct Compiled;
    std::shared_ptr<const Compiled> compiled_;
};

/// Finds the value that a request has for `sample.by`: what makes the same user always fall the
/// same way. Views the request (or, for a decoded query string, `scratch`); nothing if it has none.
/// By::Ip has none here: only the caller knows whose address counts.
[[nodiscard]] std::optional<std::string_view> sticky_value(const config::ShadowSampleConfig& sample,
                                                           std::size_t param,
                                                           const http::Request& request,
                                                           std::string& scratch);

/// The headers that say who a client is: the usual ones and those that the service names, each once
/// and as it is spelled there.
[[nodiscard]] std::vector<std::string> credential_headers(const config::ServiceSettings& service);

/// What a shadow's copies are and when they are made, compiled. Immutable, shared by all workers.
struct ShadowRules {
    struct Header {
        std::string name;
        Expression value;
    };
    /// As configured, for its scalars; `expires_at` holds both kinds of `expires`.
    config::ShadowConfig config;
    std::string salt;              ///< of the sample, the endpoint's path put in
    std::size_t sample_param = 0;  ///< By::Param: its place among the captured values
    std::vector<Condition> when;
    std::vector<Header> set;
    std::vector<Header> add;
    std::vector<std::string> remove;
    bool foreign = false;  ///< one of its hosts is neither a live one of the endpoint nor allowed
    /// Headers that do not follow a redirect to another origin, lower case; empty where credentials
    /// pass.
    std::vector<std::string> credentials;
    /// Whether they do not go to this shadow's hosts either. What `set` and `add` say goes all the
    /// same.
    bool strips = false;
    std::string marker;  ///< the marker's value: instance, name, hops
    std::string id;      ///< 16 hexadecimal digits of endpoint and name: the same after a restart
};

}  // namespace aggregator::plan
