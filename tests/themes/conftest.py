"""Settings for running these tests alone; with a settings module chosen, that one counts."""

from __future__ import annotations

import os

import django
from django.conf import settings

if not settings.configured and not os.environ.get("DJANGO_SETTINGS_MODULE"):
    settings.configure(
        SECRET_KEY="themes",
        INSTALLED_APPS=[
            "themes",
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "wagtail.users",
            "wagtail.documents",
            "wagtail.images",
            "wagtail.search",
            "wagtail.admin",
            "wagtail",
            "modelsearch",
            "taggit",
        ],
        LANGUAGE_CODE="zh-hans",
        TIME_ZONE="Asia/Shanghai",
        USE_TZ=True,
        STATIC_URL="/static/",
        DATABASES={},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
