"""Tests of a configuration: the gateway runs on it before backends that answer what a test says.

Nothing but Python's own library is needed. The variable AGGREGATOR names the program.
"""

import json
import os
import pathlib
import re
import subprocess
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONFIGURATION = pathlib.Path(__file__).parent / "aggregator.json"
PROGRAM = os.environ.get("AGGREGATOR", "build/release/aggregator")


class Backend(BaseHTTPRequestHandler):
    """Answers by path from a table, and keeps what it was asked."""

    answers: dict = {}
    asked: list = []

    def do_GET(self):
        self.asked.append(self.path)
        status, value = self.answers.get(self.path, (404, {}))
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class ShopTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.backend = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        threading.Thread(target=cls.backend.serve_forever, daemon=True).start()
        # AGGREGATOR_HOST stands for `host` of the service: no copy of the file is needed.
        hosts = f"http://127.0.0.1:{cls.backend.server_port}"
        cls.gateway = subprocess.Popen(
            [PROGRAM, "--config", CONFIGURATION, "--listen", "127.0.0.1:0"],
            stderr=subprocess.PIPE, text=True, env=os.environ | {"AGGREGATOR_HOST": hosts})
        for line in cls.gateway.stderr:
            if found := re.search(r" info listening address=(\S+)", line):
                cls.address = found[1]
                break
        threading.Thread(target=cls.gateway.stderr.read, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.gateway.terminate()
        cls.gateway.wait()
        cls.backend.shutdown()

    def get(self, path):
        Backend.asked.clear()
        with urllib.request.urlopen(f"http://{self.address}{path}") as answer:
            return json.load(answer), answer.headers

    def test_both_answers_are_merged(self):
        Backend.answers = {"/users/7": (200, {"id": 7, "name": "Ada", "password": "x"}),
                           "/orders?user=7": (200, {"orders": [1], "internal": True})}
        reply, headers = self.get("/profile/7")
        self.assertEqual(reply, {"id": 7, "name": "Ada", "orders": [1]})
        self.assertEqual(headers["X-Aggregator-Completed"], "true")
        self.assertEqual(sorted(Backend.asked), ["/orders?user=7", "/users/7"])

    def test_without_orders_there_is_still_a_profile(self):
        Backend.answers = {"/users/7": (200, {"id": 7, "name": "Ada"}),
                           "/orders?user=7": (503, {})}
        reply, headers = self.get("/profile/7")
        self.assertEqual(reply, {"id": 7, "name": "Ada"})
        self.assertEqual(headers["X-Aggregator-Completed"], "false")


if __name__ == "__main__":
    unittest.main()
