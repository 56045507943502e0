"""The profile of the test run: demo rules, fast password hashing, plain static files."""

from deploy.settings.base import STORAGES
from deploy.settings.demo import *  # noqa: F403

PROFILE = "demo"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
