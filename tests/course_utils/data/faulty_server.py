"""A file server on the loopback interface that fails in the ways in which mirrors of data sets have failed."""

import contextlib
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WEB_PAGE = b"<!DOCTYPE html><html><body>Please try again later.</body></html>"


class FaultyServer(ThreadingHTTPServer):
    """Serves ``files`` as ``/WAY/NAME``, where WAY says how: good, forbidden, stalled …"""

    daemon_threads = True

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.requests = []
        self.stopping = threading.Event()
        self.half_sent = threading.Event()
        self.together = threading.Barrier(2, timeout=300)

    def mirror(self, way):
        return f"http://127.0.0.1:{self.server_port}/{way}/"

    def handle_error(self, request, client_address):
        """Stay quiet: clients that hang up are what the tests are about."""


@contextlib.contextmanager
def running(files):
    with FaultyServer(files) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        _, way, name = self.path.split("/")
        self.server.requests.append(self.path)
        getattr(self, f"answer_{way}")(self.server.files[name])

    def answer_good(self, content):
        self.answer(content, len(content))

    def answer_forbidden(self, content):
        self.send_error(403)

    def answer_unavailable(self, content):
        self.send_error(503)

    def answer_webpage(self, content):
        self.answer(WEB_PAGE, len(WEB_PAGE))

    def answer_truncated(self, content):
        self.answer(content[: len(content) // 2], len(content))

    def answer_cut(self, content):
        """Truncated, and no length is given by which a client could notice."""
        self.answer(content[: len(content) // 2], None)

    def answer_wrong(self, content):
        self.answer(bytes(255 - byte for byte in content), len(content))

    def answer_stalled(self, content):
        self.answer(content[: len(content) // 2], len(content))
        self.server.half_sent.set()
        self.server.stopping.wait(300)

    def answer_trickling(self, content):
        """Send a byte now and then, for ever."""
        self.send_response(200)
        self.end_headers()
        while not self.server.stopping.wait(0.1):
            self.wfile.write(b"x")

    def answer_endless(self, content):
        """Send more than was asked for, packed so that little travels."""
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        packer = zlib.compressobj(wbits=31)
        while not self.server.stopping.is_set():
            self.wfile.write(packer.compress(bytes(1 << 20)))

    def answer_odd(self, content):
        """Refuse with a phrase that would color a terminal."""
        self.send_response(403, "\x1b[31mred")
        self.end_headers()

    def answer_dropping(self, content):
        """Break off after 70,000 bytes, at each request; go on from any byte that is asked for."""
        start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        self.send_response(206)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : start + 70_000])

    def answer_dropping_at_once(self, content):
        """Break off at each request before the first byte."""
        self.send_response(206)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()

    def answer_together(self, content):
        """Answer only once two clients are asking."""
        self.server.together.wait()
        self.answer(content, len(content))

    def answer(self, content, length):
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Stay quiet."""
