// What a run consists of, in words and numbers.
#include "wire/spec.hpp"

namespace aggregator::wire {
namespace {

std::string text_of(base::Duration time) { return std::to_string(time.count() / 1000) + "us"; }

std::string text_of(const Pace& pace) {
    const bool whole = pace.piece == std::string::npos;
    return whole ? "whole" : std::to_string(pace.piece) + "/" + text_of(pace.pause);
}

std::string number(auto value) { return std::to_string(static_cast<int>(value)); }

std::string text_of(const LineNature& nature) {
    return "room " + std::to_string(nature.room) + " lag " + text_of(nature.lag_max);
}

std::string text_of(const AnswerSpec& answer) {
    std::string text = std::to_string(answer.status) + " framing " + number(answer.framing) +
                       " size " + std::to_string(answer.size) + " delay " + text_of(answer.delay) +
                       " pace " + text_of(answer.pace);
    text += answer.interims > 0 ? " interims " + number(answer.interims) : "";
    text += answer.early ? " early" : "";
    text += answer.closes ? " closes" : "";
    text += answer.behind > 0 ? " behind" : "";
    text += answer.says_continue ? "" : " no-continue";
    text += answer.leaves_after ? " leaves " + text_of(*answer.leaves_after) : "";
    text += answer.redirect > 0 ? " redirect " + number(answer.redirect) : "";
    text += answer.redirect > 0 ? " leads " + number(answer.leads) : "";
    const bool whole = answer.fate == AnswerSpec::Fate::Whole;
    return text + (whole ? "" : " fate " + number(answer.fate) + " where " + number(answer.where));
}

std::string text_of(const RequestSpec& request) {
    std::string text = "  " + request.token + " " + static_cast<char>(request.mode) + " " +
                       request.method + " upload " + number(request.upload) + " size " +
                       std::to_string(request.size) + " padding " +
                       std::to_string(request.padding) + " pace " + text_of(request.pace) +
                       " pause " + text_of(request.pause);
    text += request.expects ? " expects" : "";
    text += request.expects_oddly ? " expects-oddly" : "";
    text += request.http10 ? " http10" : "";
    text += request.keeps ? "" : " close";
    text += request.pipelined ? " pipelined" : "";
    text += request.absolute ? " absolute" : "";
    return text + "\n    -> " + text_of(request.answer) + "\n";
}

}  // namespace

std::string describe(const WorldSpec& world) {
    std::string text = "way " + number(world.way) + " tunnel " + number(world.tunnel) +
                       (world.tls ? " tls" : "") + " backends " + text_of(world.backend_nature) +
                       " hear " + text_of(world.backend_hearing) + " idle_max " +
                       std::to_string(world.idle_max) + (world.reuse ? "" : " no-reuse") +
                       " connections " + std::to_string(world.connections_max) + " header " +
                       text_of(world.header_limit) + " budget " + std::to_string(world.budget) +
                       (world.sips ? " sips" : "") +
                       (world.drains ? " drains " + text_of(*world.drains) : "") + "\n";
    for (const ClientSpec& client : world.clients) {
        text += "client start " + text_of(client.start) + " " + text_of(client.nature) + " hear " +
                text_of(client.hearing) + (client.lingers ? " lingers" : "") +
                (client.shakes ? "" : " no-handshake");
        if (client.trouble != ClientSpec::Trouble::None) {
            text += " trouble " + number(client.trouble) + " at " +
                    std::to_string(client.troubled) + "." + std::to_string(client.trouble_at);
        }
        text += "\n";
        for (const RequestSpec& request : client.requests) {
            text += text_of(request);
        }
    }
    return text;
}

}  // namespace aggregator::wire
