"""`python -m tools.services [--durable FOLDER | --embedded FOLDER] -- COMMAND…`: servers around one command.

Starts PostgreSQL and two Redis servers, exports DATABASE_URL, REDIS_URL (the cache) and CELERY_BROKER_URL, answers with
the command's exit code and leaves nothing behind, no process and no file. `--durable` keeps the data in the folder,
`--embedded` starts no server at all; both export DATA_DIR.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

from tools import watchdog
from tools.data import DataFolder, FolderError, placed
from tools.server import ServerError
from tools.stacks import Durable, Embedded, Stack, Temporary

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_SECONDS = 20


class Command:
    """The command, in a session of its own: a signal reaches it once, from us, and not from the terminal as well."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(words, env=environment, start_new_session=True)
        self._asked_to_end = False

    def wait(self) -> int:
        """Exit code, 128 + signal where a signal ended it. Forwards ours; after SIGTERM and SIGHUP only for a while."""
        for number in FORWARDED:
            signal.signal(number, self._forward)
        patience = PATIENCE_SECONDS * 10
        while patience:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(0.1)
                return code if code >= 0 else 128 - code
            patience -= self._asked_to_end
        return 128 + signal.SIGKILL

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        self._asked_to_end |= number != signal.SIGINT
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def run(words: Sequence[str], stack: Stack) -> int:
    """Start the servers, run the command, end all. Raises ServerError, and SystemExit on a signal while starting."""
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(guarded_folder(stack.data))
        mark = os.environ[watchdog.MARK]
        watchdog.sweep(mark)  # what an earlier launcher left, if its watchdog was killed as well
        servers = stack.servers(folder)
        for server in servers.values():
            cleanup.callback(server.stop)
            server.start()
        cleanup.callback(lambda: watchdog.sweep(mark, spare=frozenset(server.pid for server in servers.values())))
        cleanup.callback(ignore_signals)
        environment = {name: server.url for name, server in servers.items()} | stack.environment(folder)
        if stack.data:
            stack.data.publish(environment)
        return Command(words, {**os.environ, **environment}).wait()


@contextmanager
def guarded_folder(data: DataFolder | None) -> Iterator[Path]:
    """A temporary folder, and a mark on everything started below us; a watchdog ends both, even when we are killed."""
    folder = Path(tempfile.mkdtemp(prefix="pastebin-")).resolve()
    folder.chmod(0o711)
    mark = str(data.path if data else folder)
    guard = subprocess.Popen(
        [sys.executable, "-I", watchdog.__file__, mark, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        # The lock is held until the watchdog, too, is done.
        pass_fds=[data.lock] if data else [],
    )
    os.environ[watchdog.MARK] = mark
    try:
        yield folder
    finally:
        ignore_signals()
        guard.communicate()


def ignore_signals() -> None:
    for number in FORWARDED:
        signal.signal(number, signal.SIG_IGN)


def stop_starting(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def chosen_stack(arguments: argparse.Namespace) -> Stack:
    if arguments.durable:
        return Durable(DataFolder.take(placed(arguments.durable)))
    if arguments.embedded:
        return Embedded(DataFolder.take(arguments.embedded.resolve()))
    return Temporary()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--durable", metavar="FOLDER", type=Path)
    kept.add_argument("--embedded", metavar="FOLDER", type=Path)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    for number in FORWARDED:
        signal.signal(number, stop_starting)
    try:
        return run(arguments.command, chosen_stack(arguments))
    except (ServerError, FolderError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
