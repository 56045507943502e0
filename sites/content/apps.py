"""App configuration of the common page ground."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "sites.content"
    label = "sites_content"
    verbose_name = "内容"
