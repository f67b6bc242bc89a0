"""Moderation: who gets in, how pastes are found, and that a deletion there is a deletion everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import admin as admin_
from pastes.models import Header, Paste, Retired, TaskRun, User
from pastes.tests.pages import Response, Visitor, published, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

LIST = "/admin/pastes/paste/"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def moderator(settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the slow one is Django's to test
    return User.objects.create_superuser("moderator", password="a long enough password")


@pytest.fixture
def moderating(moderator: User) -> Visitor:
    return signed_in(moderator)


def signed_in(user: User) -> Visitor:
    visitor = Visitor()
    visitor.force_login(user)
    visitor.get("/")
    return visitor


def staff(*permissions: str) -> Visitor:
    user = User.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return signed_in(user)


def change_page(paste: Header) -> str:
    return f"{LIST}{paste.id}/change/"


def found(visitor: Visitor, query: str) -> set[str]:
    response = visitor.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return {str(paste.id) for paste in response.context["cl"].result_list}


def delete(visitor: Visitor, path: str, **fields: Any) -> Response:
    visitor.get(path)
    token = visitor.cookies["csrf"].value
    return visitor.post(path, {"csrfmiddlewaretoken": token, "post": "yes", **fields})


class TestWhoGetsIn:
    def test_a_stranger_is_asked_to_sign_in(self) -> None:
        response = Visitor().get(LIST)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={LIST}")

    def test_an_edit_token_or_owner_cookie_opens_nothing(self, owner: str) -> None:
        assert Visitor(owner).get(LIST, headers={"X-Edit-Token": owner}).status_code == 302

    def test_a_user_who_is_no_staff_is_asked_too(self) -> None:
        assert signed_in(User.objects.create_user("somebody")).get(LIST).status_code == 302

    def test_staff_without_the_right_is_refused(self) -> None:
        response = staff().get(LIST)
        assert response.status_code == 403
        assert response["X-Correlation-ID"] in text_of(response)

    def test_staff_that_may_look_may_not_delete(self) -> None:
        paste = published()
        visitor = staff("view_paste")
        assert visitor.get(change_page(paste)).status_code == 200
        assert delete(visitor, f"{LIST}{paste.id}/delete/").status_code == 403
        assert Paste.objects.exists()

    def test_a_moderator_signs_in_with_a_password(self, moderator: User) -> None:
        visitor = Visitor()
        response = visitor.fill("/admin/login/", username="moderator", password="a long enough password")
        assert response.status_code == 302
        assert visitor.get(LIST).status_code == 200
        cookie = response.cookies["session"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

    def test_passwords_cannot_be_guessed_from_one_place(self, moderator: User) -> None:
        tries = [self.sign_in(f"somebody {number}") for number in range(10)]
        assert [response.status_code for response in tries] == [200] * 10
        refused = self.sign_in("moderator", "a long enough password")
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) >= 1

    def test_nor_one_password_from_many_places(self, moderator: User) -> None:
        for number in range(10):
            self.sign_in("moderator", address=f"192.0.2.{number}")
        refused = self.sign_in("moderator", "a long enough password", address="192.0.2.99")
        assert refused.status_code == 429

    def sign_in(self, name: str, word: str = "wrong", address: str = "192.0.2.1") -> Response:
        return Visitor(REMOTE_ADDR=address).fill("/admin/login/", username=name, password=word)

    def test_nobody_adds_or_changes_a_paste_there(self, moderating: Visitor) -> None:
        paste = published("the text")
        assert moderating.get(f"{LIST}add/").status_code == 403
        assert delete(moderating, change_page(paste), title="changed").status_code == 403
        assert Paste.objects.get().version == 1


class TestFinding:
    def test_by_id(self, moderating: Visitor) -> None:
        paste, _ = published(), published()
        assert found(moderating, f"q={paste.id}") == {str(paste.id)}
        assert found(moderating, f"q=%20{str(paste.id).upper()}%20") == {str(paste.id)}

    def test_by_the_beginning_of_a_title(self, moderating: Visitor) -> None:
        paste, _ = published(title="invoice 7"), published(title="my invoice")
        assert found(moderating, "q=invoice") == {str(paste.id)}

    @pytest.mark.parametrize("wild", ["%25", "_", "in%25"])
    def test_wildcards_are_letters(self, moderating: Visitor, wild: str) -> None:
        published(title="invoice")
        assert found(moderating, f"q={wild}") == set()

    def test_by_visibility_and_date(self, moderating: Visitor) -> None:
        public = published(visibility="public")
        old = published(at=BEGINNING)
        assert found(moderating, "visibility__exact=public") == {str(public.id)}
        assert found(moderating, "created_at__gte=2026-01-02+00:00:00%2B00:00") == {str(public.id)}
        assert found(moderating, "created_at__lt=2026-01-02+00:00:00%2B00:00") == {str(old.id)}

    def test_content_is_shown_as_text_that_nobody_can_edit(self, moderating: Visitor) -> None:
        paste = published("<script>alert(1)</script>\n", title="<b>x")
        page = text_of(moderating.get(change_page(paste)))
        assert "<pre>&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "<b>x" not in page + text_of(moderating.get(LIST))
        assert "<textarea" not in page

    def test_an_unknown_id_is_told(self, moderating: Visitor) -> None:
        unknown = moderating.get(f"{LIST}6a1e7c1e-0000-4000-8000-000000000000/change/")
        assert unknown.status_code == 302
        assert moderating.get(f"{LIST}not-an-id/change/").status_code == 302


class TestDeleting:
    def gone(self, *pastes: Header) -> bool:
        pages = [Visitor().get(f"/{paste.id}").status_code for paste in pastes]
        apis = [Visitor().get(f"/paste/{paste.id}").status_code for paste in pastes]
        return set(pages + apis) == {404}

    def warm(self, *pastes: Header) -> None:
        for paste in pastes:
            assert Visitor().get(f"/{paste.id}").status_code == 200
            assert Visitor().get(f"/paste/{paste.id}").status_code == 200

    def test_one_is_gone_at_once_from_every_cache_and_its_id_is_retired(self, moderating: Visitor) -> None:
        paste, spared = published(), published()
        self.warm(paste, spared)
        assert delete(moderating, f"{LIST}{paste.id}/delete/").status_code == 302
        assert self.gone(paste)
        assert Retired.objects.filter(id=paste.id).exists()
        assert Visitor().get(f"/{spared.id}").status_code == 200

    def test_many_are_gone_at_once(self, moderating: Visitor) -> None:
        pastes, spared = [published() for _ in range(3)], published()
        self.warm(*pastes, spared)
        chosen = {"action": "delete_selected", "_selected_action": [str(paste.id) for paste in pastes]}
        assert delete(moderating, LIST, **chosen).status_code == 302
        assert self.gone(*pastes)
        assert Retired.objects.count() == 3
        assert Visitor().get(f"/{spared.id}").status_code == 200

    def test_the_log_of_moderation_says_who(self, moderating: Visitor, moderator: User) -> None:
        paste = published(title="bad")
        delete(moderating, f"{LIST}{paste.id}/delete/")
        entry = moderator.logentry_set.get()
        assert (entry.object_id, entry.is_deletion()) == (str(paste.id), True)

    def test_asking_first_deletes_nothing(self, moderating: Visitor) -> None:
        paste = published()
        assert moderating.get(f"{LIST}{paste.id}/delete/").status_code == 200
        assert Paste.objects.exists()


class TestCost:
    def queries(self, visitor: Visitor) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            visitor.get(LIST)
        return [query["sql"] for query in captured.captured_queries]

    def test_two_thousand_rows_cost_what_ten_do(self, moderating: Visitor) -> None:
        rows = [published(f"{number}\n", at=BEGINNING + timedelta(seconds=number)) for number in range(10)]
        few = self.queries(moderating)
        template = Paste.objects.get(id=rows[0].id)
        copies = [copy_of(template, number) for number in range(2000)]
        Paste.objects.bulk_create(copies)
        many = self.queries(moderating)
        assert len(many) == len(few)
        about_pastes = [statement for statement in many if "pastes_paste" in statement]
        assert not any("COUNT(" in statement for statement in about_pastes)
        assert not any('"pastes_paste"."content"' in statement for statement in about_pastes)
        assert all("LIMIT" in statement for statement in about_pastes)

    def test_far_pages_are_reached_by_searching(self, moderating: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(admin_, "COUNTED", 2)
        for _ in range(4):
            published()
        assert moderating.get(LIST).context["cl"].result_count == 2


def copy_of(paste: Paste, number: int) -> Paste:
    from pastes.drafts import new_id

    values = {field.attname: getattr(paste, field.attname) for field in Paste._meta.concrete_fields}
    return Paste(**{**values, "id": new_id(), "created_at": BEGINNING + timedelta(seconds=number)})


def test_task_runs_can_be_read_only(moderating: Visitor) -> None:
    TaskRun.objects.create(name="sweep_expired", done=7)
    path = "/admin/pastes/taskrun/"
    assert "sweep_expired" in text_of(moderating.get(path))
    assert moderating.get(f"{path}add/").status_code == 403
    assert moderating.get(f"{path}sweep_expired/change/").status_code == 200
    assert delete(moderating, f"{path}sweep_expired/delete/").status_code == 403
