"""What load is put on: the pastebin as the Procfile starts it, and the two servers that it is compared with."""

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.processes import PYTHON, children, cpu_us, environment, pss_mb, running, tool
from tools.accounts import private_folder, server_account
from tools.server import free_port

GUNICORN = (PYTHON, "-m", "gunicorn", "pastebin.asgi:application", "--worker-class", "pastebin.worker.Worker")
BARE = (PYTHON, "-m", "uvicorn", "bench.bare:application", "--loop", "uvloop", "--http", "httptools", "--no-access-log")
START_SECONDS = 60
Counter = Callable[[], float]
NGINX = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  gzip_static on;
  default_type text/html;
  client_body_temp_path {folder}/temporary;
  proxy_temp_path {folder}/temporary;
  fastcgi_temp_path {folder}/temporary;
  uwsgi_temp_path {folder}/temporary;
  scgi_temp_path {folder}/temporary;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


@dataclass(frozen=True)
class Server:
    """An HTTP server of ours. `others`: counters of what works for it."""

    origin: str
    pid: int
    log: Path
    others: Mapping[str, Counter] = field(default_factory=dict)

    def counters(self) -> dict[str, float]:
        return {"web_cpu_us": cpu_us(self.pid), **{name: count() for name, count in self.others.items()}}

    def memory(self) -> dict[str, float]:
        """Of the largest worker."""
        return {"worker_pss_mb": max(map(pss_mb, self.workers()))}

    def workers(self) -> list[int]:
        """Process ids."""
        return children(self.pid)

    def settle(self) -> None:
        """Forget the log so far: gigabytes of it would be written to the disk that the database waits for."""
        os.truncate(self.log, 0)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.origin, trust_env=False, timeout=30)


@contextmanager
def answering(server: Server, path: str) -> Iterator[Server]:
    """The server once it answers, with any status. Raises RuntimeError with the end of its log where it does not."""
    deadline = time.monotonic() + START_SECONDS
    with server.client() as client:
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                client.get(path)
                break
            time.sleep(0.05)
        else:
            raise RuntimeError(f"No answer from {server.origin}: {server.log.read_text(errors='replace')[-1500:]}")
    yield server


@contextmanager
def pastebin(settings: Mapping[str, str], folder: Path, others: Mapping[str, Counter]) -> Iterator[Server]:
    """Migrated, with its static files collected in its DATA_DIR, without limits; its log goes to a file in `folder`."""
    port = free_port()
    origin, log = f"http://127.0.0.1:{port}", folder / f"web-{port}.log"
    own = {"HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": origin, "LIMIT_CREATE": "off"}
    given = environment({"SECRET_KEY": secrets.token_urlsafe(48), **own, **settings})
    if not (Path(given["DATA_DIR"]) / "static").exists():
        tool([PYTHON, "manage.py", "migrate", "--verbosity", "0"], env=given)
        tool([PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], env=given)
    with running(GUNICORN, log=log, env=given) as pid, answering(Server(origin, pid, log, others), "/livez") as server:
        yield server


@contextmanager
def bare(folder: Path, *, workers: int) -> Iterator[Server]:
    port, log = free_port(), folder / "bare.log"
    words = [*BARE, "--port", str(port), "--workers", str(workers), "--log-level", "error", "--lifespan", "off"]
    origin = f"http://127.0.0.1:{port}"
    with running(words, log=log, env=environment({})) as pid, answering(Server(origin, pid, log), "/1") as server:
        yield server


@contextmanager
def nginx(folder: Path, program: str, *, workers: int) -> Iterator[Server]:
    """Serves what `offer` puts into `folder`, which is made for the account that nginx runs as."""
    account = server_account()
    private_folder(folder, account)
    port, log = free_port(), folder.with_suffix(".log")
    origin = f"http://127.0.0.1:{port}"
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, workers=workers))
    configuration.chmod(0o644)
    words = [program, "-p", str(folder), "-e", "stderr", "-c", str(configuration)]
    options = {"cwd": folder, "env": environment({}), **account.process_options()}
    with running(words, log=log, **options) as pid, answering(Server(origin, pid, log), "/") as server:
        yield server


def offer(folder: Path, name: str, *, plain: bytes, compressed: bytes) -> None:
    """Let nginx serve a file, compressed for whoever takes gzip."""
    for path, content in ((folder / name, plain), (folder / f"{name}.gz", compressed)):
        path.write_bytes(content)
        path.chmod(0o644)
