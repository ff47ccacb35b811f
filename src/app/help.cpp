#include "app/options.hpp"

namespace aggregator::app {

std::string help_text() {
    return R"(aggregator: serves the API endpoints that a JSON file describes, each from several
backends at once, and copies traffic to shadow backends whose answers never reach a client.

Usage:
  aggregator --config PATH [options]   serve a configuration (or: aggregator run --config PATH)
  aggregator lint PATH... [options]    tell what is wrong with configurations, without starting
  aggregator lint --explain RULE       say why a rule is there, with a bad and a good example
  aggregator lint --list-rules         list all rules
  aggregator routes PATH [options]     list a configuration's routes with their backends
  aggregator fmt PATH... [options]     lay configurations out, in place
  aggregator explain KEY               tell what a key is: timeout, proxy.shadow; or a rule of lint
  aggregator schema [PART]             print the JSON Schema of a configuration, or of a part of it
  aggregator state FILE [--clear]      show the run-time changes that a file holds, or forget them
  aggregator version                   print the version
  aggregator --help                    print this text

Options of run:
  -c, --config PATH        a JSON file, or a folder with service.json and endpoints/*.json
      --listen ADDR:PORT   listen there, not where the configuration says; port 0: any free one
      --workers N          threads that serve requests (default: one a processor)
      --log-level LEVEL    error, warning, info or debug (default: info)
      --log-format FORMAT  text or json (default: text)
      --allow-unsupported NAME
                           start without what is not supported: a component, or COMPONENT.KEY;
                           may be repeated; also of lint and routes

Options of lint; a PATH may be `-`, standard input:
      --format FORMAT      text, json, sarif, github or junit (default: text)
      --severity LEVEL     the least that makes it fail: error, warning or advice (default: error,
                           so that warnings are printed and the exit status is 0)
      --rule NAME=LEVEL    off, advice, warning or error for a rule; may be repeated. The same in
                           a configuration: "@lint": {"NAME": "LEVEL"}
      --fix                repair what is safe in JSON files; standard input's repaired text is
                           printed, and what is left to tell goes to standard error
      --diff               print a unified diff of what --fix would write, and write nothing

Options of routes; the PATH may be `-`, standard input:
      --format FORMAT      text or json (default: text)

Options of fmt; the PATH may be `-`, whose text goes to standard output:
      --check              write nothing, list the files that would change, fail if there are any
      --diff               write nothing, print a unified diff

Logs go to standard error, one event a line. SIGTERM and SIGINT end the program after the
requests in flight, a second one at once; SIGUSR1 writes its counters to the log.

Exit status: 0 fine, 1 the input is bad (for lint: a finding reaches the level of --severity) or
the port cannot be used, 2 wrong usage.

The smallest configuration:
  { "version": 3,
    "endpoints": [
      { "endpoint": "/user/{id}",
        "backend": [
          { "host": ["http://127.0.0.1:8001"], "url_pattern": "/users/{id}" },
          { "host": ["http://127.0.0.1:8002"], "url_pattern": "/orders?user={id}",
            "group": "orders" } ] } ] }
)";
}

}  // namespace aggregator::app
