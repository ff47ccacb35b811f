#include <algorithm>
#include <utility>

#include <aggregator/base/text.hpp>
#include <aggregator/http/gzip.hpp>
#include <aggregator/http/hops.hpp>

#include "engine/cost.hpp"
#include "engine/deadline_stream.hpp"
#include "engine/exchange.hpp"
#include "engine/merge.hpp"

namespace aggregator::engine {

namespace {

using base::Code;
using http::Field;
using http::Response;
using plan::Output;

constexpr std::string_view kContentEncoding = "Content-Encoding";
constexpr std::string_view kRetryAfter = "Retry-After";
constexpr std::string_view kText = "text/plain; charset=utf-8";
// A longer body is built in memory of its own, so that none of it stays behind.
constexpr std::size_t kKeptBodyMax = 64u << 10;

std::string_view text_of(const base::Error& error) {
    return error.detail.empty() ? base::row(error.code).name : std::string_view(error.detail);
}

/// What a failure says: the backend's own words where the configuration shows them.
std::string_view text_of(const Progress& progress) {
    return progress.refusal.status != 0 ? progress.refusal.body : text_of(progress.error);
}

}  // namespace

void Exchange::pass_on(Response answer) {
    deadline_.stop();
    Workspace& workspace = setting_.workspace;
    const bool unpacks = undoes_gzip_ && http::is_gzip(answer.headers);
    std::string plain;
    if (unpacks && !answer.stream) {
        const auto& limits = workspace.plan().service.router;
        WorkBudget work(limits.max_answer_work);
        auto text = inflate(answer.body, limits.max_answer_bytes, {buffers_->arena, work});
        if (!text) {
            fail(0, std::move(text.error()));
            return finish();
        }
        plain = std::move(*text);
        answer.body = plain;
    }
    pass_fields(answer, unpacks ? kContentEncoding : std::string_view());
    answer.headers = workspace.fields;
    if (answer.stream) {
        auto stream =
            unpacks ? http::gunzip_stream(std::move(answer.stream)) : std::move(answer.stream);
        answer.stream = std::make_unique<DeadlineStream>(
            workspace.loop(), ends_,
            DeadlineStream::Inner{std::move(buffers_->progress[0].call), std::move(stream)});
    }
    reply(std::move(answer));
}

void Exchange::pass_fields(const Response& answer, std::string_view dropped) {
    const auto& fixed = setting_.plan.fixed;
    const bool completed =
        fixed && applies(fixed->strategy, {.answered = 1, .failed = false, .complete = true});
    std::vector<Field>& fields = setting_.workspace.fields;
    fields = completed ? head_->complete : head_->partial;
    if (record_ != nullptr) {
        record_->completed = true;  // the server knows if it breaks off
    }
    const bool named = http::names_hops(answer.headers);
    for (const Field& field : answer.headers) {
        const bool kept = !http::is_hop_by_hop(field.name) &&
                          !setting_.workspace.is_own_field(field.name) &&
                          !(named && http::is_named_hop(answer.headers, field.name)) &&
                          (dropped.empty() || !base::equal_ignoring_case(field.name, dropped));
        if (kept) {
            fields.push_back(field);
        }
    }
}

PartCounts Exchange::outcome() const {
    const bool told = std::ranges::any_of(parts(), &Part::incomplete);
    // Among several, a `null` is a part that is missing; alone, it is what the reply shows.
    const bool missing = width() > 1 && std::ranges::any_of(parts(), &Part::null);
    return {.answered = answered_,
            .failed = failed_,
            .complete = answered_ == width() && !told && !missing};
}

bool Exchange::is_complete(const Part& root) const { return outcome().complete && !root.null; }

void Exchange::reply_failure() {
    Workspace& workspace = setting_.workspace;
    const Progress& first = buffers_->progress[refused_.value_or(0)];
    const Code code = whole_ ? whole_->code : first.error.code;
    if (record_ != nullptr) {
        record_->failure = code;
    }
    const bool shown =
        !whole_ && first.refusal.status != 0 && (width() == 1 || setting_.plan.sequential);
    Response response;
    const http::ErrorStyle& style = workspace.plan().errors;
    response.status = shown ? first.refusal.status : http::status_of(style, code);
    workspace.fields = {workspace.version_field(), workspace.completed_field("false"),
                        workspace.error_field(code)};
    if (!shown) {
        const http::Fields cautions = http::cautions(response.status);
        workspace.fields.insert(workspace.fields.end(), cautions.begin(), cautions.end());
        say_when_to_return(whole_ ? *whole_ : first.error);
    }
    const bool formatted = style.format != http::ErrorStyle::Format::Empty;
    if (formatted && !(shown && style.shows_detail)) {
        const std::string why = failure_text();
        auto [type, text] = http::error_body(
            style, {.code = code, .status = response.status, .detail = why, .request_id = id_});
        workspace.fields.push_back({"Content-Type", type});
        workspace.body = std::move(text);
        response.body = workspace.body;
    } else if (style.shows_detail) {
        const bool typed = shown && !first.refusal.type.empty();
        workspace.fields.push_back({"Content-Type", typed ? first.refusal.type : kText});
        if (shown && !typed) {
            // A backend's text that names no type is not to be taken for a script by a browser.
            workspace.fields.push_back({"X-Content-Type-Options", "nosniff"});
        }
        workspace.body = shown ? first.refusal.body : failure_text();
        response.body = workspace.body;
    }
    response.headers = workspace.fields;
    reply(std::move(response));
}

void Exchange::say_when_to_return(const base::Error& error) {
    if (error.retry_after == 0) {
        return;
    }
    std::vector<Field>& fields = setting_.workspace.fields;
    std::erase_if(fields, [](const Field& field) { return field.name == kRetryAfter; });
    fields.push_back({kRetryAfter, buffers_->arena.keep(std::to_string(error.retry_after))});
}

std::string Exchange::failure_text() const {
    if (whole_) {
        return std::string(text_of(*whole_));
    }
    if (refused_) {
        return std::string(text_of(buffers_->progress[*refused_]));
    }
    std::string text;
    for (std::size_t i = 0; i < width(); ++i) {
        const Progress& progress = buffers_->progress[i];
        if (progress.state == State::Failed) {
            text.append(text.empty() ? "" : "\n").append(text_of(progress));
        }
    }
    return text;
}

void Exchange::reply_merged() {
    Part& root = buffers_->merged;
    Workspace& workspace = setting_.workspace;
    WorkBudget work(workspace.plan().service.router.max_answer_work);
    auto assembled =
        assemble({setting_.plan, workspace.tools().shaper.flattener(), {buffers_->arena, work}},
                 parts(), outcome(), root);
    if (assembled && !work.spend(cost::rendering(head_->output, root.members))) {
        assembled = base::fail(work.error());
    }
    if (!assembled) {
        fail_whole(std::move(assembled.error()));
        return reply_failure();
    }
    const bool complete = is_complete(root);
    if (record_ != nullptr) {
        record_->completed = complete;
    }
    Response response;
    response.headers = complete ? head_->complete : head_->partial;
    const bool json = head_->output == Output::Json;
    std::string own;
    if (json && root.null) {
        response.body = "null";
    } else if (json && !root.text.empty()) {
        response.body = root.text;  // nothing was changed: it goes out as it came
    } else if (json) {
        response.body = write_object(root.members, buffers_->arena);
    } else if (head_->output != Output::NoOp) {
        std::string& body = object_size(root.members) > kKeptBodyMax ? own : workspace.body;
        body.clear();
        render(head_->output, root.members, body);
        response.body = body;
    }
    reply(std::move(response));
}

void Exchange::reply(Response response) {
    release();  // whoever gets it counts what the client does not read
    // Whoever gets the reply may destroy this exchange.
    const http::Done done = std::move(done_);
    done(std::move(response));
}

}  // namespace aggregator::engine
