#include "components/response_headers/response_headers.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <aggregator/base/text.hpp>

#include "components/response_headers/differs.hpp"
#include "components/response_headers/rules.hpp"
#include "components/response_headers/schema.hpp"
#include "components/response_headers/settings.hpp"

namespace aggregator::components {

namespace {

constexpr std::string_view kName = "modifier/response-headers";

using FieldList = std::vector<http::Field>;

void drop(FieldList& fields, std::string_view name) {
    std::erase_if(fields, [name](const http::Field& field) {
        return base::equal_ignoring_case(field.name, name);
    });
}

void rename(FieldList& fields, std::string_view from, std::string_view to) {
    const bool same = base::equal_ignoring_case(from, to);
    if (http::find(fields, from) == nullptr) {
        return;
    }
    if (!same) {
        drop(fields, to);
    }
    for (http::Field& field : fields) {
        if (base::equal_ignoring_case(field.name, from)) {
            field.name = to;
        }
    }
}

void change(FieldList& fields, const ResponseHeaders& wanted) {
    for (const std::string& name : wanted.remove) {
        drop(fields, name);
    }
    for (const auto& [from, to] : wanted.rename) {
        rename(fields, from, to);
    }
    for (const auto& [name, value] : wanted.replace) {
        drop(fields, name);
    }
    for (const auto* const values : {&wanted.replace, &wanted.add}) {
        for (const auto& [name, value] : *values) {
            fields.push_back({name, value});
        }
    }
}

class HeaderChanger final : public http::Service {
public:
    HeaderChanger(const ResponseHeaders& wanted, http::Service& inner)
        : wanted_(wanted), inner_(inner) {}

    [[nodiscard]] std::unique_ptr<http::Call> call(const http::Request& request,
                                                   http::Done done) override {
        return inner_.call(request,
                           [this, done = std::move(done)](http::Result<http::Response> reply) {
                               give(std::move(reply), done);
                           });
    }

private:
    void give(http::Result<http::Response> reply, const http::Done& done) const {
        if (!reply) {
            return done(std::move(reply));
        }
        FieldList fields(reply->headers.begin(), reply->headers.end());
        change(fields, wanted_);
        reply->headers = fields;
        done(std::move(reply));
    }

    const ResponseHeaders& wanted_;
    http::Service& inner_;
};

std::unique_ptr<http::Service> wrap(const component::Wiring& wiring, http::Service& inner) {
    const auto* const wanted = component::settings_at<ResponseHeaders>(wiring, kName);
    return wanted == nullptr ? nullptr : std::make_unique<HeaderChanger>(*wanted, inner);
}

}  // namespace

constinit const component::Component kResponseHeaders{
    .reader = {kName, reading::InService | reading::InEndpoint, read_response_headers},
    .schema = response_headers_schema,
    .wrap = wrap,
    .rules = kResponseHeaderRules,
    .differs = kResponseHeaderDiffers,
};

}  // namespace aggregator::components
