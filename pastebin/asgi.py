from pastebin.wsgi import django_application
from pastes.doors.asgi import Application

application = Application(django_application)
