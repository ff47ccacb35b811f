#include <doctest/doctest.h>

#include <aggregator/config/load.hpp>
#include <aggregator/lint/routes.hpp>

using namespace aggregator;

namespace {

config::ServiceConfig service(const std::string& endpoints) {
    auto loaded = config::load_text(R"({"version": 3, "endpoints": [)" + endpoints + "]}", "a");
    REQUIRE(loaded.service);
    return *loaded.service;
}

constexpr const char* kTwo =
    R"({"endpoint": "/user/{id}", "backend": [
         {"host": ["http://a:81", "http://b"], "url_pattern": "/u/{id}"},
         {"host": ["http://c"], "url_pattern": "/v", "method": "POST",
          "extra_config": {"proxy": {"shadow": true}}}]},
       {"endpoint": "/x", "method": "PUT", "backend": [{"host": ["http://d"]}]})";

}  // namespace

TEST_CASE("routes: the table has a line for each backend and shadow") {
    CHECK(lint::routes_to_text(service(kTwo)) ==
          "METHOD  PATH        ROLE     CALLS  HOSTS                 URL_PATTERN\n"
          "GET     /user/{id}  backend  GET    http://a:81,http://b  /u/{id}\n"
          "                    shadow   POST   http://c              /v\n"
          "PUT     /x          backend  PUT    http://d              /\n");
}

TEST_CASE("routes: JSON keeps backends and shadows apart") {
    CHECK(lint::routes_to_json(service(kTwo)) ==
          R"({"routes":[{"method":"GET","path":"/user/{id}","backends":[{"method":"GET",)"
          R"("hosts":["http://a:81","http://b"],"url_pattern":"/u/{id}"}],"shadows":[)"
          R"({"method":"POST","hosts":["http://c"],"url_pattern":"/v"}]},{"method":"PUT",)"
          R"("path":"/x","backends":[{"method":"PUT","hosts":["http://d"],"url_pattern":"/"}],)"
          R"("shadows":[]}]})"
          "\n");
}

TEST_CASE("routes: a configuration without endpoints has an empty table") {
    CHECK(lint::routes_to_text(service("")) == "METHOD  PATH  ROLE  CALLS  HOSTS  URL_PATTERN\n");
    CHECK(lint::routes_to_json(service("")) == "{\"routes\":[]}\n");
}
