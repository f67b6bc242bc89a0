"""The forms of the pages: widgets and words. What is valid is decided by drafts.py alone."""

from pastes.forms.compare import CompareForm
from pastes.forms.create import CreateForm
from pastes.forms.edit import EditForm
from pastes.forms.find import FindForm
from pastes.forms.renew import RenewForm, RenewSelectedForm

__all__ = ["CompareForm", "CreateForm", "EditForm", "FindForm", "RenewForm", "RenewSelectedForm"]
