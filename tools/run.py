"""`python -m tools.run [moderator]`: update database and static files, say what runs where, become the Procfile."""

import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tools.data import FolderError, published
from tools.server import write_private

ROOT = Path(__file__).resolve().parent.parent
FULL_DATA = ROOT / "var" / "full"
BANNER = """
  Pastebin     {address}
  stores       {stores}
  moderator    make moderator{option}   (in another terminal; then {address}admin/)
  stop         Ctrl-C
"""


def main() -> None:
    """Replaces this process by honcho; exits with a message when the port is taken or a preparation fails."""
    os.environ.update(settings_environment(os.environ))
    refuse_taken_port()
    if not collected():
        manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
    manage("migrate", "--verbosity", "0")
    print(banner(), flush=True)
    # Named by path so that what the Procfile calls is found without an activated environment.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.execv(sys.executable, [sys.executable, "-m", "honcho", "start", "-p", os.environ["PORT"]])  # noqa: S606


def moderator() -> None:
    """Ask for name and password of an administrator, in the database of the stack that STACK names."""
    if os.environ.get("STACK") == "full":
        os.environ.update(published(FULL_DATA))
        os.environ["PASTEBIN_MODE"] = "production"
    else:
        os.environ["PASTEBIN_MODE"] = "embedded"
    os.environ.update(settings_environment(os.environ))
    manage("migrate", "--verbosity", "0")
    manage("createsuperuser")


def settings_environment(given: "os._Environ[str]") -> dict[str, str]:
    """What the settings need and nobody has set: a local stack knows its own address and keeps its own key."""
    host, port = given.get("HOST") or "127.0.0.1", given.get("PORT") or "8000"
    found = {"HOST": host, "PORT": port}
    if given.get("PASTEBIN_MODE") == "embedded":
        return found
    found["PUBLIC_URL"] = given.get("PUBLIC_URL") or f"http://{reached_at(host)}:{port}"
    found["ALLOWED_HOSTS"] = given.get("ALLOWED_HOSTS") or f"localhost,127.0.0.1,[::1],{host}"
    found["SECRET_KEY"] = given.get("SECRET_KEY") or kept_key(Path(given["DATA_DIR"]) / "secret_key")
    return found


def kept_key(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


def reached_at(host: str) -> str:
    """The name under which a browser on this machine finds a server bound to `host`."""
    if host in ("0.0.0.0", "::", "[::]"):  # noqa: S104
        return "localhost"
    return f"[{host}]" if ":" in host.strip("[]") and not host.startswith("[") else host


def refuse_taken_port() -> None:
    host, port = os.environ["HOST"].strip("[]"), int(os.environ["PORT"])
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = f"Choose another port: make {target()} PORT={port + 1}"
            sys.exit(f"Cannot listen on {host}:{port}: {error.strerror}. {advice}")


def manage(*words: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


def collected() -> bool:
    """Whether the collected static files are newer than our own and than the installed packages."""
    manifest = Path(os.environ.get("DATA_DIR") or ROOT / "var") / "static" / "staticfiles.json"
    sources = [ROOT / "requirements.txt", *(ROOT / "static").rglob("*")]
    return manifest.exists() and all(source.stat().st_mtime < manifest.stat().st_mtime for source in sources)


def target() -> str:
    return "run" if os.environ.get("PASTEBIN_MODE") == "embedded" else "full"


def banner() -> str:
    address = (os.environ.get("PUBLIC_URL") or f"http://{reached_at(os.environ['HOST'])}:{os.environ['PORT']}") + "/"
    data = os.environ.get("DATA_DIR") or str(ROOT / "var")
    if target() == "full":
        places = ", ".join(f"{name} on {port(variable)}" for name, variable in STORES.items())
        return BANNER.format(address=address, stores=f"{places}; data in {data}", option=" STACK=full")
    engine = urlsplit(os.environ.get("DATABASE_URL", "")).scheme or f"SQLite in {data}"
    return BANNER.format(address=address, stores=f"{engine}, no Redis   (make full: PostgreSQL and Redis)", option="")


STORES = {"PostgreSQL": "DATABASE_URL", "cache Redis": "REDIS_URL", "broker Redis": "CELERY_BROKER_URL"}


def port(variable: str) -> int | None:
    return urlsplit(os.environ[variable]).port


if __name__ == "__main__":
    try:
        moderator() if sys.argv[1:] == ["moderator"] else main()
    except FolderError as error:
        sys.exit(str(error))
