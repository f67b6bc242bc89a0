from pastes.models.header import HEADER_FIELDS, Header, Record, Visibility
from pastes.models.paste import Paste
from pastes.models.retired import Retired
from pastes.models.revision import Revision
from pastes.models.task_run import TaskRun
from pastes.models.user import User

__all__ = ["HEADER_FIELDS", "Header", "Paste", "Record", "Retired", "Revision", "TaskRun", "User", "Visibility"]
