"""Read from the project folder by every gunicorn: the Procfile's, and a plain `gunicorn pastebin.wsgi`.

So no worker class stands here: the Procfile names it. What a command line says wins over this file.
"""

import os
from pathlib import Path

EMBEDDED = os.environ.get("PASTEBIN_MODE") == "embedded"
HOST = (os.environ.get("HOST") or "127.0.0.1").strip("[]")
PORT = os.environ.get("PORT") or "8000"
MEMORY = Path("/dev/shm")  # noqa: S108


def cores() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


bind = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
workers = int(os.environ.get("WEB_CONCURRENCY") or (1 if EMBEDDED else cores()))
threads = 4  # under WSGI only; our worker class runs Django in threads of its own
# Seconds; longer than the usual proxy keeps an idle connection, so that the proxy is the one who closes it.
keepalive = 75
# Our worker refuses for 1.5 s and drains for 3 s; honcho kills what still lives 5 s after the first process ended.
graceful_timeout = 10  # seconds
timeout = 30  # seconds without a sign of life from a worker
# A worker's sign of life is a touched file: on a busy disk the touch alone can take longer than the timeout.
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
forwarded_allow_ips = ""  # TRUSTED_PROXIES decides, in one place for all servers
control_socket_disable = True
accesslog = None  # the application writes its own line
errorlog = "-"
