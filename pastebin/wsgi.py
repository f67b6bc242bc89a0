import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pastebin.settings")

django_application = get_wsgi_application()

from pastes.doors.django import buffer_chunked  # noqa: E402  (needs the settings)

application = buffer_chunked(django_application)
