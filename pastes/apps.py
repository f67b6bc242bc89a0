from importlib import import_module

from django.apps import AppConfig


class PastesConfig(AppConfig):
    name = "pastes"

    def ready(self) -> None:
        import_module("pastes.checks")  # registers them
