"""Application configuration of the themes."""

from __future__ import annotations

from django.apps import AppConfig


class ThemesConfig(AppConfig):
    """Templates, styles and template tags; no tables."""

    name = "themes"
    label = "themes"
    verbose_name = "页面样式"

    def ready(self) -> None:
        from wagtail.admin import userbar  # need loaded models
        from wagtail.admin.templatetags import wagtailadmin_tags

        from network.events import page_variants
        from themes.admin_addresses import admin_base_url
        from themes.admin_frame import remember_the_frame
        from themes.admin_words import name_the_fields
        from themes.modes import mode_of

        # Wagtail reads one setting for all sites, which no request may change.
        wagtailadmin_tags.get_admin_base_url = userbar.get_admin_base_url = admin_base_url
        name_the_fields()
        remember_the_frame()
        page_variants.register("display mode", mode_of)
