"""A site of one's own for a while: embedded, in a temporary folder, on a free port."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.server import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30
SERVER = ("-m", "gunicorn", "pastebin.asgi:application", "--worker-class", "pastebin.worker.Worker")


@contextmanager
def running() -> Iterator[str]:
    """The site's address. Raises TimeoutError where it does not start."""
    with tempfile.TemporaryDirectory(prefix="pastebin-") as folder:
        own = {"PASTEBIN_MODE": "embedded", "DATA_DIR": folder, "HOST": "127.0.0.1", "PORT": str(free_port())}
        environment = {**own, "PATH": os.environ["PATH"], "CONTACT": "help@paste.example", "LOG_LEVEL": "ERROR"}
        for command in ("migrate", "collectstatic"):
            words = [sys.executable, "manage.py", command, "--noinput", "--verbosity", "0"]
            subprocess.run(words, cwd=ROOT, env=environment, check=True)
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen([sys.executable, *SERVER], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield awaited(f"http://{own['HOST']}:{own['PORT']}")
        finally:
            server.terminate()
            server.wait()


def awaited(address: str) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        try:
            direct.open(f"{address}/livez", timeout=5).close()
            return address
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
