"""Requests made up from the OpenAPI document, valid and not, each answer held against it by every check there is."""

from typing import Any

import pytest
import schemathesis
from django.test import override_settings
from hypothesis import HealthCheck, settings
from schemathesis.config._checks import POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES as ACCEPTED
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import ignored_auth
from schemathesis.specs.openapi.schemas import OpenApiSchema

from pastebin.wsgi import application
from pastes import openapi
from pastes.models import Paste, Retired, Revision
from pastes.tests.conftest import forget

pytestmark = pytest.mark.django_db(transaction=True)

SETTINGS: dict[str, Any] = {"LIMIT_CREATE": None, "LIST_ANONYMOUS": True, "MAX_PASTE_BYTES": 2000}
ORIGIN = "http://localhost"
EXAMPLES, SCENARIOS, STEPS = 25, 60, 8
BASED_ON_A_VERSION = {"expected-statuses": [*ACCEPTED, "412", "428"]}
# What no schema can say, so that a request may fit it and still be refused.
CONFIG: dict[str, Any] = {
    "seed": 1,
    "generation": {"deterministic": True, "database": "none", "max-examples": EXAMPLES, "no-shrink": True},
    "operations": [
        {  # any token is somebody's, and owns nothing until it makes a paste
            "include-operation-id": "listPastes",
            "checks": {"ignored_auth": {"enabled": False}},
        },
        {  # asked again, it is gone
            "include-operation-id": "deletePaste",
            "checks": {"ignored_auth": {"enabled": False}, "positive_data_acceptance": BASED_ON_A_VERSION},
        },
        {  # the page and the form there are for people
            "include-operation-id": "uploadText",
            "checks": {"unsupported_method": {"enabled": False}, "allow_header_conformance": {"enabled": False}},
        },
        {  # either a header or a field must name the version, and it must be the current one
            "include-operation-id": "updatePaste",
            "checks": {"positive_data_acceptance": BASED_ON_A_VERSION},
        },
        {  # a range that runs backwards, or begins past the last line
            "include-operation-id": "readText",
            "checks": {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400"]}},
        },
    ],
}
BOUNDED = settings(
    max_examples=SCENARIOS,
    stateful_step_count=STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def described() -> OpenApiSchema:
    with override_settings(**SETTINGS):
        document = openapi.document(ORIGIN)
    found = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(CONFIG))
    found.app = application
    return found


schema = described()


@pytest.fixture(autouse=True)
def as_described(settings: Any) -> None:
    for name, value in SETTINGS.items():
        setattr(settings, name, value)


def make_sendable(case: Case[Any]) -> None:
    """What JSON Schema takes and the contract does not: 60.0 for 60, and another paste's id in the body."""
    if not isinstance(case.body, dict):
        return
    for name, value in case.body.items():
        if isinstance(value, float) and value.is_integer():
            case.body[name] = int(value)
    if case.operation.path == "/paste/{id}" and isinstance(case.body.get("id"), str):
        case.body["id"] = case.path_parameters["id"]


def start_afresh() -> None:
    """A scenario is made up from the answers it gets, so those must not depend on the scenarios before."""
    for model in (Paste, Retired, Revision):
        model.objects.all().delete()
    forget()


@schema.parametrize()
def test_each_operation_answers_as_described(case: Case[Any]) -> None:
    make_sendable(case)
    case.call_and_validate()


def test_operations_after_one_another_answer_as_described() -> None:
    seen: set[tuple[str, int]] = set()

    class Sequences(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            start_afresh()

        def before_call(self, case: Case[Any]) -> None:
            make_sendable(case)

        def validate_response(self, response: Response, case: Case[Any], **_: Any) -> None:
            # A token that a link carried is the right one, and this check takes it for a made-up one.
            case.validate_response(response, excluded_checks=[ignored_auth], recorder=self.recorder)

        def after_call(self, response: Response, case: Case[Any]) -> None:
            super().after_call(response, case)
            seen.add((case.operation.definition.raw["operationId"], response.status_code))

    Sequences.run(settings=BOUNDED)
    assert seen >= {(name, 200) for name in ("createPaste", "readPaste", "readText", "updatePaste", "deletePaste")}
