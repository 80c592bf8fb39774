"""A server with the addresses and answers of Hugging Face and of Google Cloud Storage."""

import base64
import hashlib
import http.server
import json
import re
import threading
from contextlib import contextmanager


class Hub:
    """The files of a server, and the requests that it got.

    Attributes:
        address: where it listens.
        files: bytes by path.
        asked: the requests: path, and the header Range if there was one.
        cuts: the connection breaks after so many bytes, once for each of them.
        wrong: whether the digests that it says are wrong.
    """

    def __init__(self):
        self.files, self.asked, self.cuts, self.wrong, self.address = {}, [], [], False, ""

    def add_model(self, name, files, licence="apache-2.0"):
        """Adds a model of Hugging Face, whose newest commit is `c0ffee`."""
        siblings = []
        for file, data in files.items():
            self.files[f"/{name}/resolve/c0ffee/{file}"] = data
            digest = "0" * 64 if self.wrong else hashlib.sha256(data).hexdigest()
            lfs = {"sha256": digest, "size": len(data), "pointerSize": 134}
            large = {"lfs": lfs} if file.endswith(".safetensors") else {}
            siblings.append({"rfilename": file, "size": len(data), "blobId": "b10b", **large})
        model = {
            "_id": "1",
            "id": name,
            "sha": "c0ffee",
            "private": False,
            "cardData": {"license": licence, "tags": ["timm"]},
            "siblings": siblings,
        }
        self.files[f"/api/models/{name}"] = json.dumps(model).encode()
        return model


@contextmanager
def serving():
    """Serves a `Hub` on a port of this machine."""
    hub = Hub()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def do_GET(self):
            # A request by way of a proxy has the whole address.
            path = re.sub(r"^http://[^/]+", "", self.path).partition("?")[0]
            hub.asked.append((self.path, self.headers.get("Range")))
            data = hub.files.get(path)
            if data is None:
                self.send_error(404)
                return
            etag = f'"{hashlib.md5(data).hexdigest()}"'
            start = 0
            if match := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or ""):
                start = int(match[1]) if self.headers.get("If-Range") in (None, etag) else 0
            if start and start >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.send_header("ETag", etag)
            if path.startswith("/vit_models/"):
                digest = b"0" * 16 if hub.wrong else hashlib.md5(data).digest()
                self.send_header("x-goog-hash", "crc32c=AAAAAA==")
                self.send_header("x-goog-hash", f"md5={base64.b64encode(digest).decode()}")
            self.end_headers()
            body = data[start:]
            if hub.cuts and len(body) > 4096:
                body = body[: hub.cuts.pop(0)]
                self.close_connection = True
            self.wfile.write(body)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield hub
        finally:
            server.shutdown()
