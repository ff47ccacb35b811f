#include <aggregator/admin/state.hpp>

#include <filesystem>
#include <optional>
#include <utility>

#include <Poco/Data/RecordSet.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace aggregator::admin {

namespace {

using Poco::Data::Session;
using Poco::Data::Keywords::bind;
using Poco::Data::Keywords::into;
using Poco::Data::Keywords::now;

// What tells such a file from other databases: "AGGR", and the layout of its one table.
constexpr int kApplication = 0x41474752;
constexpr int kLayout = 1;

constexpr const char* kTable =
    "CREATE TABLE changes (kind TEXT NOT NULL, id TEXT NOT NULL, "
    "subject TEXT NOT NULL, value TEXT NOT NULL, changed INTEGER NOT NULL, "
    "PRIMARY KEY (kind, id)) WITHOUT ROWID";
constexpr const char* kPut =
    "INSERT INTO changes (kind, id, subject, value, changed) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (kind, id) DO UPDATE SET subject = excluded.subject, value = excluded.value, "
    "changed = excluded.changed";
constexpr const char* kAll =
    "SELECT kind, id, subject, value, changed FROM changes ORDER BY kind DESC, subject, id";

constexpr const char* kSettings = "settings";
constexpr const char* kMirrorKind = "mirror";

using EntryRow = Poco::Tuple<std::string, std::string, std::string, std::string, Poco::Int64>;

std::string kind_text(StateEntry::Kind kind) {
    return kind == StateEntry::Kind::Mirror ? kMirrorKind : kSettings;
}

StateEntry entry_of(const EntryRow& row) {
    const bool mirror = row.get<0>() == kMirrorKind;
    return {.kind = mirror ? StateEntry::Kind::Mirror : StateEntry::Kind::Settings,
            .id = row.get<1>(),
            .subject = row.get<2>(),
            .value = row.get<3>(),
            .changed = row.get<4>()};
}

/// What a database says of itself.
struct Marks {
    int application = 0;
    int layout = 0;
    int tables = 0;
    int foreign_tables = 0;  // all but exactly the one table of this program
};

/// How long Poco tries again to open what it cannot open.
constexpr std::size_t kOpenSeconds = 1;

int number_of(Session& session, const char* question) {
    int answer = 0;
    session << question, into(answer), now;
    return answer;
}

std::string text_of(Session& session, const char* question) {
    std::string answer;
    session << question, into(answer), now;
    return answer;
}

Marks marks_of(Session& session) {
    Marks marks{.application = number_of(session, "PRAGMA application_id"),
                .layout = number_of(session, "PRAGMA user_version"),
                .tables = number_of(session, "SELECT count(*) FROM sqlite_master")};
    session << "SELECT count(*) FROM sqlite_master WHERE sql IS NOT ?", bind(std::string(kTable)),
        into(marks.foreign_tables), now;
    return marks;
}

/// Why a database with these marks cannot be used; empty: it can. One with the table and without
/// the marks was begun by an older version that was ended in between.
std::string fault_of(const Marks& marks) {
    const bool blank = marks.application == 0 && marks.layout == 0 && marks.foreign_tables == 0;
    if (marks.application != kApplication && !blank) {
        return "it is a database of something else";
    }
    return marks.layout > kLayout ? "it was written by a newer version of this program" : "";
}

/// All or nothing, so that a program that is ended leaves no half of it.
void complete(Session& session) {
    session << "BEGIN IMMEDIATE", now;
    if (marks_of(session).tables == 0) {
        session << kTable, now;
    }
    session << "PRAGMA application_id = " + std::to_string(kApplication), now;
    session << "PRAGMA user_version = " + std::to_string(kLayout), now;
    session << "COMMIT", now;
}

base::Error refusal(const std::string& path, const std::string& reason) {
    return {base::Code::BadConfiguration, "the state file " + path + " cannot be used: " + reason};
}

}  // namespace

/// The one place where Poco's exceptions end.
struct State::Database {
    explicit Database(std::string where) : path(std::move(where)) {}

    /// Runs `work`; what it throws becomes the failure.
    template <typename Work>
    [[nodiscard]] auto guarded(Work work)
        -> base::Result<decltype(work(std::declval<Session&>()))> {
        try {
            return work(*session);
        } catch (const Poco::Exception& error) {
            return base::fail(refusal(path, error.displayText()));
        } catch (const std::exception& error) {
            return base::fail(refusal(path, error.what()));
        }
    }

    /// Opens the file and makes the table; says what stands against it.
    [[nodiscard]] base::Result<std::string> open();

    std::string path;
    std::optional<Session> session;
};

base::Result<std::string> State::Database::open() {
    try {
        Poco::Data::SQLite::Connector::registerConnector();
        session.emplace(Poco::Data::SQLite::Connector::KEY, path, kOpenSeconds);
    } catch (const Poco::Exception& error) {
        return base::fail(refusal(path, error.displayText()));
    }
    return guarded([](Session& open) -> std::string {
        open << "PRAGMA busy_timeout = 2000", now;
        if (std::string fault = fault_of(marks_of(open)); !fault.empty()) {
            return fault;
        }
        if (const std::string found = text_of(open, "PRAGMA quick_check(1)"); found != "ok") {
            return "it is damaged: " + found;
        }
        // Every commit is on the disk before it returns.
        text_of(open, "PRAGMA journal_mode = WAL");
        open << "PRAGMA synchronous = FULL", now;
        complete(open);
        return {};
    });
}

State::State(std::unique_ptr<Database> database) : database_(std::move(database)) {}

State::~State() = default;

base::Result<std::unique_ptr<State>> State::open(const std::string& path, Missing missing) {
    std::error_code ignored;
    if (missing == Missing::Fail && !std::filesystem::exists(path, ignored)) {
        return base::fail(refusal(path, "there is no such file"));
    }
    auto database = std::make_unique<Database>(path);
    const auto fault = database->open();
    if (!fault) {
        return base::fail(fault.error());
    }
    if (!fault->empty()) {
        return base::fail(refusal(path, *fault));
    }
    return std::unique_ptr<State>(new State(std::move(database)));
}

base::Result<std::vector<StateEntry>> State::entries() {
    return database_->guarded([](Session& session) {
        std::vector<EntryRow> rows;
        session << kAll, into(rows), now;
        std::vector<StateEntry> entries;
        for (const EntryRow& row : rows) {
            entries.push_back(entry_of(row));
        }
        return entries;
    });
}

base::Result<void> State::apply(std::span<const StateChange> changes) {
    const auto applied = database_->guarded([changes](Session& session) {
        session.begin();
        for (const auto& [verb, entry] : changes) {
            if (verb == StateChange::Verb::Put) {
                session << kPut, bind(kind_text(entry.kind)), bind(entry.id), bind(entry.subject),
                    bind(entry.value), bind(Poco::Int64{entry.changed}), now;
            } else {
                session << "DELETE FROM changes WHERE kind = ? AND id = ?",
                    bind(kind_text(entry.kind)), bind(entry.id), now;
            }
        }
        session.commit();
        return true;
    });
    if (applied) {
        return {};
    }
    // Some failures undo all by themselves, and then this fails too.
    static_cast<void>(database_->guarded([](Session& session) {
        session.rollback();
        return true;
    }));
    return base::fail(applied.error());
}

base::Result<std::size_t> State::clear() {
    return database_->guarded([](Session& session) {
        const int count = number_of(session, "SELECT count(*) FROM changes");
        session << "DELETE FROM changes", now;
        return static_cast<std::size_t>(count);
    });
}

}  // namespace aggregator::admin
