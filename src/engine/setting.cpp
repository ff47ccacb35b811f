#include "engine/setting.hpp"

#include <algorithm>
#include <utility>

#include "engine/negotiate.hpp"

namespace aggregator::engine {

namespace {

using plan::Output;

std::string_view type_of(Output output) {
    switch (output) {
        case Output::String:
            return "text/plain; charset=utf-8";
        case Output::Xml:
            return "application/xml";
        case Output::Yaml:
            return "application/yaml; charset=utf-8";
        case Output::NoOp:
            return {};
        case Output::Json:
        case Output::JsonCollection:
        case Output::Negotiate:
            break;
    }
    return "application/json; charset=utf-8";
}

ReplyFields head_of(const Workspace& workspace, const plan::Endpoint& endpoint, Output output) {
    ReplyFields head;
    head.output = output;
    head.complete = {workspace.version_field(), workspace.completed_field("true")};
    head.partial = {workspace.version_field(), workspace.completed_field("false")};
    if (!endpoint.cache_control.empty()) {
        head.complete.push_back({"Cache-Control", endpoint.cache_control});
    }
    if (const std::string_view type = type_of(output); !type.empty()) {
        head.complete.push_back({"Content-Type", type});
        head.partial.push_back({"Content-Type", type});
    }
    return head;
}

}  // namespace

Setting::Setting(Workspace& shared, const plan::Endpoint& endpoint,
                 std::vector<http::Service*> services)
    : workspace(shared), plan(endpoint), backends(std::move(services)) {
    if (endpoint.output != Output::Negotiate) {
        heads.push_back(head_of(shared, endpoint, endpoint.output));
        return;
    }
    for (const Output output : {Output::Json, Output::Xml, Output::Yaml}) {
        heads.push_back(head_of(shared, endpoint, output));
    }
}

const ReplyFields& Setting::head_for(const http::Request& request) const {
    if (heads.size() == 1) {
        return heads.front();
    }
    const http::Field* const accept = http::find(request.headers, "Accept");
    const Output wanted = accept == nullptr ? Output::Json : negotiate(accept->value);
    return *std::ranges::find(heads, wanted, &ReplyFields::output);
}

}  // namespace aggregator::engine
