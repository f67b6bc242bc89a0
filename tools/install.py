"""`python tools/install.py LOCK`: .venv from a hashed lock, unless it is up to date. Standard library only."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INTERPRETER = VENV / "bin" / "python"
RUNTIME = ROOT / "requirements.txt"


def main(lock: Path) -> None:
    if current(lock):
        return
    began = time.monotonic()
    print(f"Installing {lock.name} into .venv (once; about half a minute) …", flush=True)
    if not sound():
        create()
    pip = [str(INTERPRETER), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    if subprocess.run([*pip, "--requirement", str(lock)], cwd=ROOT, check=False).returncode != 0:
        sys.exit(f"Installing {lock.name} failed; what pip said stands above. Run the same command again to go on.")
    # The development lock holds the whole runtime lock, in the same versions.
    for done in {lock, RUNTIME}:
        stamp(done).write_text(fingerprint(done))
    print(f"Done in {time.monotonic() - began:.0f} s.", flush=True)


def current(lock: Path) -> bool:
    return sound() and stamp(lock).exists() and stamp(lock).read_text() == fingerprint(lock)


def sound() -> bool:
    """Whether .venv runs and was made here: a moved folder keeps scripts that point to its old place."""
    script = VENV / "bin" / "pip"
    if not INTERPRETER.exists() or not script.exists():
        return False
    return str(VENV) in script.read_text(errors="replace")[:1000]


def create() -> None:
    # Not sys.executable, which may be the very .venv that is to be replaced.
    base = getattr(sys, "_base_executable", sys.executable)
    if subprocess.run([base, "-m", "venv", "--clear", str(VENV)], check=False).returncode != 0:
        sys.exit("Python could not make .venv. On Debian and Ubuntu: apt install python3-venv")


def stamp(lock: Path) -> Path:
    return VENV / f"{lock.stem}.installed"


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
