"""A real browser, driven over the WebDriver protocol (W3C) by the standard library alone."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import wire

STARTED = re.compile(r"started successfully on port (\d+)")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-proxy-server", "--disable-background-networking", "--no-first-run"]


class Pages:
    """An empty page on a free port: the origin that scripts run in."""

    def __init__(self) -> None:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802, as http.server wants it
                body = b"<!doctype html><title>page</title>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """One headless Chromium."""

    def __init__(self) -> None:
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        self.base = ""
        for line in self.driver.stdout:
            if found := STARTED.search(line):
                self.base = f"http://127.0.0.1:{found.group(1)}"
                break
        options = {"goog:chromeOptions": {"args": ARGUMENTS}}
        made = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self.session = f"/session/{made['sessionId']}"
        patience_ms = wire.PATIENCE_S * 1000
        self.ask("POST", self.session + "/timeouts", {"script": patience_ms})

    def ask(self, method: str, path: str, body: dict | None = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=wire.PATIENCE_S) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        self.ask("POST", self.session + "/url", {"url": url})

    def run(self, script: str, *arguments: object) -> object:
        """The value of a promise that the script returns, or the text of its failure."""
        wrapped = ("const done = arguments[arguments.length - 1];"
                   "(async (...args) => {" + script + "})(...arguments)"
                   ".then(done, failure => done(String(failure)));")
        return self.ask("POST", self.session + "/execute/async",
                        {"script": wrapped, "args": list(arguments)})

    def close(self) -> None:
        try:
            self.ask("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(timeout=wire.PATIENCE_S)
