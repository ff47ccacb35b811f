#include "wire/spec.hpp"

#include <array>

namespace aggregator::wire {
namespace {

using Fate = AnswerSpec::Fate;
using Framing = AnswerSpec::Framing;
using Leads = AnswerSpec::Leads;
using Mode = RequestSpec::Mode;
using Upload = RequestSpec::Upload;
using Where = AnswerSpec::Where;

constexpr std::array<std::size_t, 9> kSizes{0, 1, 10, 200, 3000, 5000, 66'000, 140'000, 300'000};

std::string hex(std::size_t number) {
    std::string text;
    for (; number > 0; number /= 16) {
        text.insert(text.begin(), "0123456789abcdef"[number % 16]);
    }
    return text.empty() ? "0" : text;
}

/// In chunks of sizes that do not repeat soon.
std::string chunked(std::string_view body, bool trailers) {
    std::string out;
    std::size_t size = 1 + body.size() / 7;
    while (!body.empty()) {
        const std::size_t taken = std::min(size, body.size());
        out.append(hex(taken)).append("\r\n").append(body.substr(0, taken)).append("\r\n");
        body.remove_prefix(taken);
        size += 13;
    }
    out.append("0\r\n").append(trailers ? "X-Trailer: t\r\n" : "").append("\r\n");
    return out;
}

/// What is slow takes about half a second.
Pace random_pace(Dice& dice, std::size_t size) {
    if (dice.percent(50)) {
        return {};
    }
    const std::size_t pieces = static_cast<std::size_t>(dice.between(2, 60));
    Pace pace;
    pace.piece = std::max<std::size_t>(1, size / pieces);
    if (dice.percent(70)) {
        pace.pause = dice.time(static_cast<int>(500'000 / (size / pace.piece + 1)));
    }
    return pace;
}

LineNature random_nature(Dice& dice) {
    constexpr std::array<std::size_t, 5> kRooms{200, 1000, 5000, 70'000, 1'000'000};
    LineNature nature;
    nature.room = dice.of(kRooms);
    const bool prompt = nature.room < 5000 || dice.percent(50);
    nature.lag_max = std::chrono::microseconds(prompt ? 0 : dice.between(1, 3000));
    nature.opens_after = dice.time(5000);
    nature.shakes_after = dice.time(20'000);
    return nature;
}

AnswerSpec random_answer(Dice& dice) {
    constexpr std::array<int, 7> kStatuses{200, 200, 200, 201, 204, 304, 404};
    constexpr std::array<Framing, 5> kFramings{Framing::Length, Framing::Length, Framing::Chunked,
                                               Framing::Chunked, Framing::Close};
    AnswerSpec answer;
    answer.status = dice.of(kStatuses);
    answer.framing = dice.of(kFramings);
    answer.size = dice.of(kSizes);
    answer.interims = dice.percent(15) ? dice.between(1, 3) : 0;
    answer.early = dice.percent(15);
    answer.closes = dice.percent(10);
    answer.trailers = dice.percent(30);
    answer.behind = answer.framing != Framing::Close && dice.percent(6) ? 40 : 0;
    answer.delay = dice.percent(50) ? base::Duration{} : dice.time(50'000);
    answer.pace = random_pace(dice, answer.size + 100);
    answer.says_continue = dice.percent(70);
    if (dice.percent(4)) {
        answer.interims = dice.percent(50) ? kInterimsMax : kInterimsMax + 1;
        answer.says_continue = false;  // it would be one more
    }
    if (dice.percent(15)) {
        answer.leaves_after = dice.time(dice.percent(50) ? 100 : 300'000);
    }
    if (dice.percent(10)) {
        answer.redirect = dice.percent(60) ? 302 : 307;
        constexpr std::array<Leads, 8> kLeads{Leads::Home,      Leads::Home,      Leads::Home,
                                              Leads::Elsewhere, Leads::Elsewhere, Leads::Elsewhere,
                                              Leads::Near,      Leads::Forbidden};
        answer.leads = dice.of(kLeads);
        answer.redirect_size = dice.percent(50) ? 5 : dice.of(kSizes);
    }
    return answer;
}

/// Something goes wrong with the answer.
void spoil(AnswerSpec& answer, Dice& dice) {
    constexpr std::array<Fate, 4> kFates{Fate::Reset, Fate::Close, Fate::Stall, Fate::Garbage};
    constexpr std::array<Where, 4> kWheres{Where::BeforeHead, Where::InHead, Where::InBody,
                                           Where::InBody};
    answer.fate = dice.of(kFates);
    answer.where = dice.of(kWheres);
    if (answer.where == Where::InBody) {
        answer.size = std::max<std::size_t>(answer.size, 2);
        answer.status = 200;
        if (answer.fate == Fate::Garbage) {
            answer.framing = Framing::Chunked;
        } else if (answer.fate == Fate::Close && answer.framing == Framing::Close) {
            answer.framing = Framing::Length;
        }
    }
}

void choose_upload(RequestSpec& request, Dice& dice) {
    constexpr std::array<const char*, 6> kMethods{"GET", "GET", "GET", "POST", "PUT", "HEAD"};
    request.method = dice.of(kMethods);
    if (request.method == "POST" || request.method == "PUT") {
        request.upload = dice.percent(50) ? Upload::Length : Upload::Chunked;
        request.size = dice.of(kSizes);
        request.trailers = dice.percent(30);
        request.expects = dice.percent(20) && request.size > 0;
    }
}

RequestSpec random_request(Dice& dice, std::size_t number) {
    constexpr std::array<Mode, 10> kModes{Mode::Stream, Mode::Stream, Mode::Stream, Mode::Stream,
                                          Mode::Whole,  Mode::Whole,  Mode::Whole,  Mode::Discard,
                                          Mode::Local,  Mode::Echo};
    RequestSpec request;
    request.number = number;
    request.token = "t" + std::to_string(number) + "t";
    choose_upload(request, dice);
    request.mode = dice.of(kModes);
    request.expects_oddly = dice.percent(3) && !request.expects;
    request.http10 = dice.percent(5) && request.upload != Upload::Chunked && !request.expects;
    request.keeps = dice.percent(92);
    request.absolute = dice.percent(8);
    request.pipelined = dice.percent(30);
    request.padding = dice.percent(10) ? 9000 : static_cast<std::size_t>(dice.between(1, 50));
    request.pace = random_pace(dice, request.size + request.padding + 150);
    request.pause = dice.percent(60) ? base::Duration{} : dice.time(50'000);
    request.answer = random_answer(dice);
    if (dice.percent(15)) {
        spoil(request.answer, dice);
    }
    if (request.answer.where == Where::InBody && !request.answered_with_body()) {
        request.answer.where = Where::InHead;
    }
    return request;
}

ClientSpec random_client(Dice& dice, std::size_t& numbers) {
    using Trouble = ClientSpec::Trouble;
    constexpr std::array<Trouble, 6> kTroubles{Trouble::Leaves,       Trouble::Resets,
                                               Trouble::EndsSaying,   Trouble::StopsSaying,
                                               Trouble::StopsHearing, Trouble::Garbage};
    ClientSpec client;
    for (int left = dice.between(1, 6); left > 0; --left) {
        RequestSpec request = random_request(dice, numbers++);
        // Nothing follows a request that ends the connection before that has ended.
        request.pipelined = request.pipelined &&
                            (client.requests.empty() || (client.requests.back().keeps &&
                                                         !client.requests.back().expects_oddly));
        client.requests.push_back(std::move(request));
    }
    client.start = dice.time(200'000);
    client.nature = random_nature(dice);
    if (dice.percent(30)) {
        client.hearing = {static_cast<std::size_t>(dice.between(500, 20'000)),
                          dice.time(dice.between(1, 500))};
    }
    client.lingers = dice.percent(50);
    if (dice.percent(7)) {
        client.shakes = false;
        client.nature.handshake =
            dice.percent(60) ? LineNature::Outcome::Failed : LineNature::Outcome::Never;
        client.nature.speaks_http = dice.percent(50);
        client.nature.refusal =
            client.nature.speaks_http ? base::Code::TlsNotSpoken : base::Code::TlsHandshake;
    }
    if (dice.percent(30)) {
        client.trouble = dice.of(kTroubles);
        client.troubled =
            static_cast<std::size_t>(dice.between(0, static_cast<int>(client.requests.size()) - 1));
        client.trouble_at = static_cast<std::size_t>(dice.percent(30) ? 0 : dice.between(0, 1000));
        client.requests[client.troubled].spoiled = client.trouble == Trouble::Garbage;
    }
    return client;
}

/// Bytes that are no HTTP in the place of what would be next.
Script spoiled(Script script, const AnswerSpec& answer, std::size_t cut, std::size_t body) {
    if (answer.where == Where::InBody) {
        // Behind the first chunk, where a size has to stand.
        const std::size_t first = std::min(answer.size, 1 + answer.size / 7);
        script.bytes.resize(body + hex(first).size() + first + 4);
        script.bytes += "zz\r\n";
        return script;
    }
    script.bytes.resize(cut);
    script.bytes += "\x01\r\nno field at all\r\n\r\n";
    return script;
}

/// A third of this room is taken in more than the time in which a peer would have stalled.
constexpr std::size_t kSippedRoom = 60'000;
constexpr base::Duration kCrowdComes = std::chrono::milliseconds(3);
constexpr Pace kSips{4000, std::chrono::milliseconds(1200)};

void make_sip(WorldSpec& world) {
    world.backend_nature.room = kSippedRoom;
    world.backend_hearing = kSips;
    world.deadline = std::chrono::minutes(5);
    world.header_limit = {};
    world.read_limit = {};
}

}  // namespace

WorldSpec random_world(std::uint64_t seed) {
    constexpr std::array<Way, 16> kWays{Way::Plain,    Way::Plain, Way::Plain,    Way::Plain,
                                        Way::Plain,    Way::Plain, Way::TwoHosts, Way::NoHost,
                                        Way::Families, Way::Tls,   Way::Tls,      Way::TlsBroken,
                                        Way::TlsUnset, Way::Proxy, Way::Proxy,    Way::Tunnel};
    Dice dice(seed);
    WorldSpec world;
    constexpr std::array<TunnelAnswer, 8> kTunnels{
        TunnelAnswer::Given,   TunnelAnswer::Pieces, TunnelAnswer::Pieces,  TunnelAnswer::Pieces,
        TunnelAnswer::Refused, TunnelAnswer::Eager,  TunnelAnswer::Garbage, TunnelAnswer::Silent};
    world.way = dice.of(kWays);
    world.tunnel = dice.of(kTunnels);
    world.tls = dice.percent(25);
    world.backend_nature = random_nature(dice);
    if (dice.percent(25)) {
        world.backend_hearing = {static_cast<std::size_t>(dice.between(500, 20'000)),
                                 dice.time(dice.between(1, 500))};
    }
    if (dice.percent(10)) {
        world.drains = dice.time(500'000);
    }
    world.idle_max = dice.percent(15) ? 1 : 250;
    world.reuse = dice.percent(92);
    world.connections_max = dice.percent(8) ? 1 : 1000;
    world.header_limit = dice.percent(10) ? base::Duration(kHeaderOfAnswer) : base::Duration{};
    world.budget = dice.percent(5) ? 300'000 : 0;
    world.read_limit = dice.percent(10) ? base::Duration(kReadLimit) : base::Duration{};
    if (dice.percent(8)) {
        world.deadline = kImpatience;  // uploads are given up in the middle
    }
    world.sips = dice.percent(7);
    if (world.sips) {
        make_sip(world);
    }
    std::size_t numbers = 1;
    for (int left = dice.between(1, world.connections_max == 1 ? 14 : 4); left > 0; --left) {
        world.clients.push_back(random_client(dice, numbers));
        ClientSpec& client = world.clients.back();
        if (world.crowded()) {
            // One is busy when all others come at once.
            const bool first = world.clients.size() == 1;
            client.start = first ? base::Duration{} : kCrowdComes + dice.time(300);
            client.requests.front().pause = first ? base::Duration{} : dice.time(30'000);
            client.nature.room = std::max<std::size_t>(client.nature.room, 1000);
        }
        if (world.sips) {
            client.nature.room = kSippedRoom;
            client.hearing = kSips;
        }
        client.unasked = world.crowded() || (world.tls && client.nature.speaks_http);
        for (RequestSpec& request : client.requests) {
            // What is said unasked has a body, whatever was asked.
            const bool head = client.unasked && request.method == "HEAD";
            request.method = head ? "GET" : request.method;
        }
    }
    return world;
}

std::string stamped(std::string_view token, char kind, std::size_t size) {
    constexpr std::string_view kFiller =
        ". abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\n";
    std::string text;
    text.reserve(size + 100);
    for (std::size_t i = 0; text.size() < size; ++i) {
        text.append(token).append(1, kind).append(std::to_string(i)).append(kFiller);
    }
    text.resize(size);
    return text;
}

std::string RequestSpec::head() const {
    std::string out = method + (absolute ? " http://front.test" : " ") + "/" +
                      static_cast<char>(mode) + "/" + token +
                      (http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n") + "Host: front.test\r\n" +
                      "X-Token: " + token +
                      "\r\nAuthorization: own\r\nX-Padding: " + std::string(padding, 'p') + "\r\n";
    if (upload == Upload::Length) {
        out += "Content-Length: " + std::to_string(size) + "\r\n";
    } else if (upload == Upload::Chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (expects || expects_oddly) {
        out += expects ? "Expect: 100-continue\r\n" : "Expect: 200-ok\r\n";
    }
    if (http10 && keeps) {
        out += "Connection: keep-alive\r\n";
    } else if (!http10 && !keeps) {
        out += "Connection: close\r\n";
    }
    return out + "\r\n";
}

std::string RequestSpec::body() const {
    return upload == Upload::None ? std::string() : stamped(token, 'q', size);
}

std::string RequestSpec::framed_body() const {
    return upload == Upload::Chunked ? chunked(body(), trailers) : body();
}

Script script_of(const RequestSpec& request, Dice& dice) {
    const AnswerSpec& answer = request.answer;
    Script script;
    script.fate = answer.fate;
    for (int i = 0; i < answer.interims; ++i) {
        script.bytes += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    }
    const std::size_t begin = script.bytes.size();
    const std::string body = stamped(request.token, 'r', answer.size);
    script.bytes += "HTTP/1.1 " + std::to_string(answer.status) +
                    " What\r\nX-Token: " + request.token +
                    "\r\nX-Kept: yes\r\nKeep-Alive: timeout=5\r\n";
    if (answer.closes) {
        script.bytes += "Connection: close\r\n";
    }
    if (answer.framing == Framing::Length && answer.status != 204) {
        script.bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    } else if (answer.framing == Framing::Chunked && answer.status != 204) {
        script.bytes += "Transfer-Encoding: chunked\r\n";
    }
    script.bytes += "\r\n";
    const std::size_t middle = script.bytes.size();
    if (request.answered_with_body()) {
        script.bytes += answer.framing == Framing::Chunked ? chunked(body, answer.trailers) : body;
    }
    const bool closing = answer.framing == Framing::Close && request.answered_with_body();
    script.reusable =
        !answer.closes && !closing && answer.behind == 0 && answer.fate == Fate::Whole;
    if (answer.fate == Fate::Whole) {
        script.bytes += closing ? std::string() : std::string(answer.behind, '#');
        return script;
    }
    std::size_t cut = begin;
    if (answer.where == Where::InHead) {
        cut =
            begin + static_cast<std::size_t>(dice.between(1, static_cast<int>(middle - begin) - 1));
    } else if (answer.where == Where::InBody) {
        const auto last = static_cast<int>(script.bytes.size() - middle) - 1;
        cut = middle + static_cast<std::size_t>(dice.between(0, last));
    }
    if (answer.fate == Fate::Garbage) {
        return spoiled(std::move(script), answer, cut, middle);
    }
    script.bytes.resize(cut);
    return script;
}

Script redirect_of(const RequestSpec& request) {
    constexpr std::array<const char*, 4> kHosts{"", "http://198.51.100.7:81", "http://127.0.0.1:81",
                                                "http://198.51.100.8:82"};
    const AnswerSpec& answer = request.answer;
    const std::string body = stamped(request.token, 'm', answer.redirect_size);
    const bool chunks = answer.framing == Framing::Chunked;
    Script script;
    script.bytes =
        "HTTP/1.1 " + std::to_string(answer.redirect) +
        " Go\r\nLocation: " + kHosts[static_cast<std::size_t>(answer.leads)] + "/" + request.token +
        "/again\r\n" +
        (chunks ? "Transfer-Encoding: chunked" : "Content-Length: " + std::to_string(body.size())) +
        "\r\n\r\n";
    if (request.method != "HEAD") {
        script.bytes += chunks ? chunked(body, answer.trailers) : body;
    }
    return script;
}

}  // namespace aggregator::wire
