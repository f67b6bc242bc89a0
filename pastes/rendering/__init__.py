"""Text in, safe HTML out. Importing this loads neither Django nor Pygments."""

from pastes.rendering.code import Rendered, render
from pastes.rendering.guessing import GUESSED_FROM, guess
from pastes.rendering.languages import AUTO, LANGUAGES, PLAIN, Language, file_extension, is_known, resolve

__all__ = [
    "AUTO",
    "GUESSED_FROM",
    "LANGUAGES",
    "PLAIN",
    "Language",
    "Rendered",
    "file_extension",
    "guess",
    "is_known",
    "render",
    "resolve",
]
