"""A real S3 server on this machine: versitygw over a folder."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path

KEY, SECRET = "tester", "secret-of-tester"


def find_gateway():
    """Returns the program, where `npm run test:pool` builds it; None without it."""
    folder = os.environ.get("MU2NET_TEST_TOOLS") or Path.home() / ".cache" / "mu2net-tools"
    return shutil.which("versitygw", path=folder)


@contextmanager
def gateway(program, folder):
    """Serves the folders in a folder as buckets; yields the variables for clients."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}
    command = [program, "--port", f"127.0.0.1:{port}", "posix", str(folder)]
    with (folder.parent / "gateway.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        while server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    finally:
        server.terminate()
        server.wait()
