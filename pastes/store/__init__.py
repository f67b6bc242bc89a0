"""The verbs of the paste. List-first, and the only writer: page, API, admin and task all end here.

Each takes a list and returns one outcome an item, in the same order; an outcome may be an error of the one family,
and is its own item's alone. What was written is committed when a verb returns.
"""

from pastes.store.change import change, remove, revise
from pastes.store.edits import Edit, Removal
from pastes.store.erase import Erasure, erase
from pastes.store.expire import Sweep, expire
from pastes.store.history import Past, histories, revisions
from pastes.store.publish import NewPaste, publish
from pastes.store.read import fetch, headers, recall

__all__ = [
    "Edit",
    "Erasure",
    "NewPaste",
    "Past",
    "Removal",
    "Sweep",
    "change",
    "erase",
    "expire",
    "fetch",
    "headers",
    "histories",
    "publish",
    "recall",
    "remove",
    "revise",
    "revisions",
]
