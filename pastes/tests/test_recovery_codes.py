"""A secret as a code that people type: every secret survives it, every slip of the hand is told from another secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pastes.account import codes
from pastes.drafts import new_token

pytestmark = pytest.mark.embedded

SECRETS = st.text(codes.SIX_BITS, min_size=22, max_size=128)
CODE = codes.code_of("owner-owner-owner-owner")


@given(SECRETS)
def test_every_secret_comes_back_from_its_code(secret: str) -> None:
    assert codes.secret_of(codes.code_of(secret)) == secret


@given(SECRETS)
def test_case_separators_and_letters_that_look_like_digits_are_forgiven(secret: str) -> None:
    code = codes.code_of(secret)
    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), code.replace("-", " – "), f" {code}\n"):
        assert codes.secret_of(typed) == secret
    assert codes.secret_of(code.replace("0", "O").replace("1", "l")) == secret
    assert codes.secret_of(code.replace("0", "o").replace("1", "I")) == secret


@given(SECRETS, st.data())
def test_one_wrong_symbol_is_a_typo_and_not_another_secret(secret: str, data: st.DataObject) -> None:
    code = codes.code_of(secret)
    at = data.draw(st.integers(0, len(code) - 1).filter(lambda index: code[index] != "-"))
    wrong = data.draw(st.sampled_from(codes.SYMBOLS).filter(lambda symbol: symbol != code[at]))
    with pytest.raises(codes.MistypedError, match="typo"):
        codes.secret_of(code[:at] + wrong + code[at + 1 :])


def test_a_code_is_groups_of_five_and_holds_nothing_that_is_misread() -> None:
    groups = codes.code_of(new_token()).split("-")
    assert [len(group) for group in groups] == [5, 5, 5, 5, 5, 5, 5, 4, 5]
    assert not set("".join(groups)) & set("ILOU")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the code in"),
        (" - ", "Type the code in"),
        (CODE[:-6], "too short|typo"),
        ("0" * 300, "too long"),
        (CODE.replace("E", "U"), "U"),
        (CODE + "é", "É"),
        (CODE[:5] + "\u202e" + CODE[5:], "\u202e"),
        ("\u0131" + CODE, "typo"),
    ],
)
def test_what_is_no_code_is_told_why(typed: str, said: str) -> None:
    with pytest.raises(codes.MistypedError, match=said):
        codes.secret_of(typed)
