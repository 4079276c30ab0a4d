"""A WSGI app on a port of this machine, over connections that stay open, as a vendor's do.

The server that the emulator ships closes each connection behind its answer, and a new one costs as much as a request.
"""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from wsgiref.types import WSGIApplication

from benchmarks.recorded import Headers

LOOPBACK = "127.0.0.1"


@contextmanager
def serve(app: WSGIApplication, root: str) -> Iterator[str]:
    """Serve an app from threads while the context lasts; yield the URL of `root` on it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environ = {
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "SERVER_NAME": LOOPBACK,
                "SERVER_PORT": str(server.server_port),
                "SERVER_PROTOCOL": self.protocol_version,
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
                **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
            }
            began: list[tuple[str, Headers]] = []

            def start(status: str, headers: Headers, _: object = None, /) -> Callable[[bytes], object]:
                began.append((status, headers))
                return lambda _: None

            content = b"".join(app(environ, start))
            ((status, headers),) = began
            self.send_response_only(HTTPStatus(int(status[:3])))
            given = [(name, value) for name, value in headers if name.lower() != "content-length"]
            for name, value in (*given, ("Content-Length", str(len(content)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that are looked for

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}{root}"
    finally:
        server.shutdown()
        server.server_close()
