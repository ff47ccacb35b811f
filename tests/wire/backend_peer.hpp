#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wire/reading.hpp"
#include "wire/spec.hpp"

namespace aggregator::wire {

/// What all backends of a run know and note together.
struct Backends {
    testing::FakeWireLoop& loop;
    const WorldSpec& world;
    std::function<const RequestSpec*(std::string_view target)> find;
    std::map<std::string, int> asked{};  ///< how often a token's request was read, the first place
    std::map<std::string, int> followed{};  ///< ... the place that a redirect led to
    struct Kept {
        std::string token;  ///< of the request before
        base::Duration time{};
    };
    std::vector<Kept> kept{};  ///< connections that the program closed when nothing was asked
    std::vector<std::string> violations{};
};

/// A backend's end of one connection: reads requests, answers as their specs say.
class BackendPeer {
public:
    BackendPeer(Backends& all, std::shared_ptr<testing::Line> line);

    /// Looks once more when the run is over.
    void check_end();
    [[nodiscard]] const testing::Line& line() const { return *line_; }
    /// What the program sent when this end had closed a kept connection.
    [[nodiscard]] std::string lost() const { return lost_ + line_->lost(); }

private:
    void hear();
    void take(std::string_view bytes);
    void begin_request();
    void take_head();
    void take_connect();
    void answer_connect();
    void judge_head();
    void judge_target();
    [[nodiscard]] bool elsewhere() const;
    [[nodiscard]] bool is_second() const;
    void judge_body();
    void judge_patience();
    void begin_answer();
    void speak();
    void finish_speaking();
    void next_request();
    void leave();
    void note_idle_end();
    void note(const std::string& violation);

    Backends& all_;
    std::shared_ptr<testing::Line> line_;
    Reading request_{Reading::Kind::Request};
    const RequestSpec* spec_ = nullptr;
    bool again_ = false;  // the request followed a redirect
    bool heard_head_ = false;
    std::optional<base::Time> awaits_body_since_;  // it was not told to go on
    bool heard_all_ = false;
    bool answering_ = false;
    bool answered_ = false;
    bool tunnelled_ = false;
    bool finished_ = false;  // this end says nothing more
    bool usable_ = true;     // for another request
    Script script_;
    std::size_t spoken_ = 0;
    std::size_t piece_ = 0;
    base::Duration pause_{};
    std::optional<base::Time> idle_since_;
    std::string last_token_;
    std::string lost_;
    base::Timer hearing_;
    base::Timer speaking_;
    base::Timer leaving_;
    std::string tunnel_answer_;  // what of it was not said yet
    base::Timer tunnelling_;
};

}  // namespace aggregator::wire
