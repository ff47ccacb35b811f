"""A browser asks from other origins, with preflights and credentials, and reads what it may."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backends import reply
from browser import Browser, Pages

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/cors"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

FETCH = """
const [url, options] = args;
const reply = await fetch(url, options);
return {status: reply.status, text: await reply.text(), seen: reply.headers.get('X-Seen'),
        completed: reply.headers.get('X-Aggregator-Completed')};
"""


@pytest.fixture
def browser(start) -> Iterator[Browser]:
    """Gone before the gateways are asked to be at rest: it keeps its connections."""
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


def gateway_with(start, backend, section: dict):
    """A gateway whose endpoints are for the origins that a CORS section lets in."""
    return start({
        "version": 3,
        "extra_config": {"security/cors": section},
        "endpoints": [
            {"endpoint": "/a", "method": method, "output_encoding": "no-op",
             "input_headers": ["X-Asked"],
             "backend": [{"host": [backend.host], "url_pattern": "/"}]}
            for method in ("GET", "PUT")
        ],
    })


@pytest.fixture
def backend(serve):
    return serve(reply(b'{"a":1}', headers="X-Seen: yes\r\n"))


def fetched(browser: Browser, gateway, path: str = "/a", **options: object) -> object:
    return browser.run(FETCH, gateway.url(path), options)


def test_a_page_of_a_listed_origin_reads_replies(browser, pages, start, backend):
    gateway = gateway_with(start, backend, {
        "allow_origins": [f"http://localhost:{pages.port}"], "allow_methods": ["GET", "PUT"],
        "allow_headers": ["X-Asked"], "expose_headers": ["X-Seen"], "allow_credentials": True,
        "max_age": "1s"})
    browser.open(f"http://localhost:{pages.port}/")
    plain = fetched(browser, gateway, credentials="include")
    assert plain == {"status": 200, "text": '{"a":1}', "seen": "yes", "completed": None}
    put = fetched(browser, gateway, method="PUT", headers={"X-Asked": "1"}, credentials="include")
    assert put["status"] == 200
    assert [one.method for one in backend.received] == ["GET", "PUT"]  # no preflight gets there
    missing = fetched(browser, gateway, path="/none", credentials="include")
    assert missing["status"] == 404
    refused = fetched(browser, gateway, method="PUT", headers={"X-Other": "1"})
    assert "TypeError" in refused
    assert len(backend.received) == 2


def test_a_page_of_another_origin_reads_nothing_and_changes_nothing(browser, pages, start, backend):
    gateway = gateway_with(start, backend, {
        "allow_origins": [f"http://localhost:{pages.port}"], "allow_methods": ["GET", "PUT"]})
    browser.open(f"http://127.0.0.1:{pages.port}/")
    assert "TypeError" in fetched(browser, gateway)
    assert "TypeError" in fetched(browser, gateway, method="PUT")
    assert [one.method for one in backend.received] == ["GET"]  # a simple request is sent unasked


def test_with_every_origin_allowed_a_page_reads_nothing_as_its_user(browser, pages, start, backend):
    gateway = gateway_with(start, backend, {"allow_credentials": True})
    browser.open(f"http://localhost:{pages.port}/")
    assert fetched(browser, gateway)["status"] == 200
    assert "TypeError" in fetched(browser, gateway, credentials="include")
