"""Renders the templates of the themes without a database."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template.backends.django import DjangoTemplates

from tests.themes import samples

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "themes" / "templates"
PUBLIC = TEMPLATES / "public"


@lru_cache(maxsize=1)
def engine() -> DjangoTemplates:
    """Templates of the themes alone, with their own tags; compiled once in a process."""
    return DjangoTemplates(
        {
            "NAME": "themes",
            "DIRS": [str(TEMPLATES)],
            "APP_DIRS": False,
            "OPTIONS": {
                "libraries": {"govsites": "themes.templatetags.govsites"},
                "string_if_invalid": "",
            },
        }
    )


def render(name: str, context: dict[str, Any] | None = None, *, level: str = "national", **frame: Any) -> str:
    """Render one public page of a sample site."""
    values = {"frame": samples.frame(level, **frame), **(context or {})}
    return str(engine().get_template(name).render(values))
