"""Name servers on free ports of the loopback interface: a real one, and what may stand before."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import threading

import wire

DNSMASQ = shutil.which("dnsmasq") or "/usr/sbin/dnsmasq"
SRV_QUESTION = b"\x00\x21\x00\x01"  # type SRV, class IN


def free_port() -> int:
    """A port that neither UDP nor TCP has in use."""
    for _ in range(100):
        with socket.create_server(("127.0.0.1", 0)) as stream:
            port = stream.getsockname()[1]
            with socket.socket(type=socket.SOCK_DGRAM) as datagrams:
                try:
                    datagrams.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
    raise AssertionError("no free port")


def srv(name: str, target: str, port: int, priority: int = 0, weight: int = 0) -> str:
    return f"--srv-host={name},{target},{port},{priority},{weight}"


def address(name: str, *addresses: str) -> str:
    return f"--host-record={','.join((name, *addresses))}"


class NameServer:
    """dnsmasq with these records and no others. `serve()` begins again with other ones."""

    def __init__(self, *records: str) -> None:
        self.port = free_port()
        self.serve(*records)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def serve(self, *records: str) -> None:
        self.process = subprocess.Popen(
            [DNSMASQ, "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null",
             "--pid-file=", f"--user={getpass.getuser()}", "--no-resolv", "--no-hosts",
             "--bind-interfaces", "--listen-address=127.0.0.1", f"--port={self.port}",
             "--local=/test/", *records],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr
        for line in self.process.stderr:
            if "started" in line:
                threading.Thread(target=self.process.stderr.read, daemon=True).start()
                return
        raise AssertionError("dnsmasq did not start")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(wire.PATIENCE_S)

    def change(self, *records: str) -> None:
        self.stop()
        self.serve(*records)


class Relay:
    """Stands before a name server (UDP alone): holds questions back until the gate is open."""

    def __init__(self, server: NameServer) -> None:
        self.server = server
        self.gate = threading.Event()
        self.asked = threading.Event()
        self.questions: list[bytes] = []
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._relay, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def srv_questions(self) -> int:
        """How many there were; one that was repeated for want of an answer counts once."""
        return len({question[:2] for question in self.questions if SRV_QUESTION in question})

    def stop(self) -> None:
        self.gate.set()
        self.socket.close()

    def _relay(self) -> None:
        try:
            while True:
                question, who = self.socket.recvfrom(65536)
                self.questions.append(question)
                self.asked.set()
                self.gate.wait(wire.PATIENCE_S)
                with socket.socket(type=socket.SOCK_DGRAM) as onward:
                    onward.settimeout(wire.PATIENCE_S)
                    onward.sendto(question, ("127.0.0.1", self.server.port))
                    self.socket.sendto(onward.recv(65536), who)
        except OSError:
            pass
