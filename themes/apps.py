"""Application configuration of the themes."""

from __future__ import annotations

from django.apps import AppConfig


class ThemesConfig(AppConfig):
    """Templates, styles and template tags; no tables."""

    name = "themes"
    label = "themes"
    verbose_name = "页面样式"
