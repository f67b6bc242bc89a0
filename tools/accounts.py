"""Which account the servers run as: PostgreSQL refuses root, and a Redis on loopback should not be root either."""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Account(NamedTuple):
    uid: int
    gid: int

    def process_options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess that make a child run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self != current() else {}


def current() -> Account:
    return Account(os.geteuid(), os.getegid())


def server_account() -> Account:
    """Ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return current()
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def private_folder(path: Path, account: Account) -> Path:
    """Make `path` if it is missing, for `account` alone."""
    path.mkdir(mode=0o700, exist_ok=True)
    if current().uid == 0:
        os.chown(path, account.uid, account.gid)
    return path


def reachable(path: Path, account: Account) -> bool:
    """Whether `account` may pass every folder down to `path`. Judged by the mode bits alone: never a wrong yes."""
    if account == current():
        return True
    path = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def within_reach(program: Path, account: Account, *, trees: Sequence[Path], spare: Path) -> Path:
    """`program`, or, when `account` cannot reach it, its double in copies of `trees` in `spare`.

    `trees` are what has to lie side by side: the program alone, or the installation around it first.
    """
    if reachable(program, account):
        return program
    for tree in trees:
        if not (spare / tree.name).exists():
            copy_for_all(tree, spare / tree.name)
    return spare / trees[0].name / program.relative_to(trees[0])


def copy_for_all(tree: Path, copy: Path) -> None:
    """Copy a folder or a file, readable by everybody whatever the rights of the original."""
    shutil.copytree(tree, copy, symlinks=True) if tree.is_dir() else shutil.copy2(tree, copy)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
