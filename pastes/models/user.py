from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Ours from the first migration, so that accounts can grow without replacing a table that others point to."""
