from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ModerationConfig(admin_apps.AdminConfig):
    default = False
    default_site = "pastes.moderation.ModerationSite"


class PastesConfig(AppConfig):
    default = True
    name = "pastes"

    def ready(self) -> None:
        import_module("pastes.checks")  # registers them
