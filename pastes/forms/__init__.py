"""The forms of the pages: widgets and words. What is valid is decided by drafts.py alone."""

from pastes.forms.create import CreateForm
from pastes.forms.edit import EditForm

__all__ = ["CreateForm", "EditForm"]
