"""Refused before any view is asked: a person still gets a page, through either driver."""

from typing import Any

import pytest

from pastes.errors import TooLarge
from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded


def test_a_host_that_is_not_ours(door: Door) -> None:
    answer = door("GET", "/", headers={"Host": "evil.example"})
    assert answer.status == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-correlation-id"] in answer.text
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("target", ["/%ff", "/recent?cursor=%ff", "/%00", "/mine?cursor=%00"])
def test_bytes_that_are_no_text(door: Door, target: str) -> None:
    answer = door("GET", target)
    assert answer.status == 400
    assert answer.headers["x-correlation-id"] in answer.text


def test_a_form_that_is_too_large(door: Door, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 1000
    body = b"content=" + b"x" * 70_000
    answer = door("POST", "/", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=body)
    assert answer.status == 413
    assert TooLarge.title in answer.text
    assert all(step in answer.text for step in TooLarge.next_steps)
