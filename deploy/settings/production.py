"""The production profile: HTTPS only, host-bound cookies, no demo hosts."""

from deploy.settings import env
from deploy.settings.base import *  # noqa: F403

PROFILE = "production"
SECRET_KEY = env.secret_key(required=True)
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
