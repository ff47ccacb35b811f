#include "shadow/record.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace aggregator::shadow {

namespace {

constexpr int kServerErrors = 500;

std::string milliseconds(base::Duration took) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    std::string text = std::to_string(micros / 1000) + ".";
    const std::string rest = std::to_string(micros % 1000);
    return text.append(3 - rest.size(), '0').append(rest);
}

}  // namespace

bool is_asked_for(config::ShadowLog wanted, const Record& record) {
    switch (wanted) {
        case config::ShadowLog::Off:
            return false;
        case config::ShadowLog::Errors:
            return record.reason || record.status >= kServerErrors;
        case config::ShadowLog::All:
            break;
    }
    return true;
}

void write(base::Log& log, const Record& record) {
    const std::string endpoint = record.endpoint.method + " " + record.endpoint.pattern;
    const std::string status = std::to_string(record.status);
    const std::string live_status = std::to_string(record.live_status);
    const std::string sent = std::to_string(record.sent_bytes);
    const std::string received = std::to_string(record.received_bytes);
    const std::string copies = std::to_string(record.copies);
    const std::string queued = milliseconds(record.queued);
    const std::string took = milliseconds(record.took);
    std::vector<base::LogField> fields{{"endpoint", endpoint}, {"shadow", record.shadow}};
    if (!record.id.empty()) {
        fields.insert(fields.end(), {{"request_id", record.id}, {"path", record.path}});
    }
    if (record.live_status != 0) {
        fields.push_back({"live_status", live_status, false});
    }
    if (record.reason) {
        fields.insert(fields.end(), {{"reason", name_of(*record.reason)},
                                     {"detail", record.detail},
                                     {"copies", copies, false},
                                     {"sent_bytes", sent, false}});
    } else {
        fields.insert(fields.end(), {{"status", status, false},
                                     {"sent_bytes", sent, false},
                                     {"received_bytes", received, false}});
    }
    fields.insert(fields.end(), {{"queued_ms", queued, false}, {"took_ms", took, false}});
    if (record.reason) {
        log.write(base::LogLevel::Warning, "a shadow copy was lost", fields);
    } else {
        log.write(base::LogLevel::Info, "a shadow answered", fields);
    }
}

/// A record, and the text that it views.
struct LiveReply::Waiting {
    explicit Waiting(const Record& told)
        : shadow(told.shadow), id(told.id), path(told.path), detail(told.detail), record(told) {
        record.shadow = shadow;
        record.id = id;
        record.path = path;
        record.detail = detail;
    }

    std::string shadow;
    std::string id;
    std::string path;
    std::string detail;
    Record record;
};

std::string path_of(const http::Request& request) {
    return std::string(request.target.substr(0, request.target.find('?')));
}

http::Done LiveReply::told_by(const std::shared_ptr<LiveReply>& reply, http::Done done) {
    if (reply == nullptr) {
        return done;
    }
    return [reply, done = std::move(done)](http::Result<http::Response> answer) {
        reply->answered(answer ? answer->status : base::row(answer.error().code).status);
        done(std::move(answer));
    };
}

LiveReply::LiveReply(base::Log& log) : log_(log) {}

LiveReply::~LiveReply() { answered(base::row(base::Code::ClientClosed).status); }

void LiveReply::answered(int status) {
    if (status_ != 0) {
        return;
    }
    status_ = status;
    for (const auto& one : waiting_) {
        tell(one->record);
    }
    waiting_.clear();
}

void LiveReply::tell(const Record& record) {
    if (status_ == 0) {
        waiting_.push_back(std::make_unique<Waiting>(record));
        return;
    }
    Record whole = record;
    whole.live_status = status_;
    write(log_, whole);
}

}  // namespace aggregator::shadow
