"""The recovery code: this browser's key, to be typed into another one, whose pastes it then shares."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, limits
from pastes.account import codes
from pastes.account.ownership import hand_over, owned
from pastes.responses import exchange_of, methods, personal, see
from pastes.transactions import reading


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Recovery code",
        max_length=codes.TYPED_CHARACTERS,
        error_messages={"required": "Type the code in."},
        help_text="Spaces, dashes and case do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """The secret behind it."""
        try:
            return codes.secret_of(self.cleaned_data["code"])
        except codes.MistypedError as mistyped:
            raise forms.ValidationError(str(mistyped)) from mistyped


@methods("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """The code leaves in the answer to a POST only: no link and no history leads to it."""
    if request.method != "POST":
        return _page(request, CodeForm())
    if "show" in request.POST:
        secret = browser.secret_of(request.COOKIES)
        return _page(request, CodeForm(), code=codes.code_of(secret) if secret else "")
    limits.guard_recovery(request, exchange_of(request).client)
    form = CodeForm(browser.posted(request))
    return _joined(request, form) if form.is_valid() else _page(request, form, status=422)


def _joined(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """This browser with the key that was typed in, and what it had before under that key too."""
    at, typed = exchange_of(request).at, form.cleaned_data["code"]
    if not reading(owned(typed, at=at).exists):
        form.add_error("code", "The code is well formed, but no paste belongs to it: a new key may have replaced it.")
        return _page(request, form, status=422)
    own = {browser.secret_of(request.COOKIES), browser.next_secret_of(request.COOKIES)} - {typed, None}
    brought = sum(hand_over(str(secret), to=typed, at=at) for secret in own)
    response = see(reverse("mine"))
    browser.remember(response, typed)
    browser.remember_next(response, typed)  # for a page answered late, which brings the old key back: see key.py
    kept = f" The {brought} of this browser came along." if brought else ""
    messages.success(request, f"The pastes of that code are yours here too.{kept}")
    return personal(response)


def _page(request: HttpRequest, form: CodeForm, *, status: int = 200, **shown: Any) -> HttpResponse:
    has_key = browser.secret_of(request.COOKIES) is not None
    context = {"form": form, "has_key": has_key, **shown}
    return personal(render(request, "account/recovery.html", context, status=status))
