"""The demo profile: http on ``*.localhost``, sample content allowed, sabotage allowed."""

from deploy.settings import env
from deploy.settings.base import *  # noqa: F403
from deploy.settings.base import INSTALLED_APPS, SHARED_APPS

PROFILE = "demo"
DEMO_HOSTS = True
UNSCANNED_ALLOWED = True
ROOT_URLCONF = "deploy.urls.demo"
SECRET_KEY = env.secret_key(required=False)
SHARED_APPS = [*SHARED_APPS, "deploy.demo"]
INSTALLED_APPS = [*INSTALLED_APPS, "deploy.demo"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# The demo's front server runs under an account of its own, without a group in common.
FILE_UPLOAD_PERMISSIONS = 0o644
PASSWORD_HASHERS = ["deploy.demo.hashers.DemoArgon2PasswordHasher"]
