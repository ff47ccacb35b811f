#include "shadow/record.hpp"

#include <chrono>
#include <string>

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
    const std::string sent = std::to_string(record.sent_bytes);
    const std::string received = std::to_string(record.received_bytes);
    const std::string copies = std::to_string(record.copies);
    const std::string queued = milliseconds(record.queued);
    const std::string took = milliseconds(record.took);
    if (!record.reason) {
        log.write(base::LogLevel::Info, "a shadow answered",
                  {{"endpoint", endpoint},
                   {"shadow", record.shadow},
                   {"request_id", record.id},
                   {"status", status, false},
                   {"sent_bytes", sent, false},
                   {"received_bytes", received, false},
                   {"queued_ms", queued, false},
                   {"took_ms", took, false}});
        return;
    }
    log.write(base::LogLevel::Warning, "a shadow copy was lost",
              {{"endpoint", endpoint},
               {"shadow", record.shadow},
               {"request_id", record.id},
               {"reason", name_of(*record.reason)},
               {"detail", record.detail},
               {"copies", copies, false},
               {"sent_bytes", sent, false},
               {"queued_ms", queued, false},
               {"took_ms", took, false}});
}

}  // namespace aggregator::shadow
