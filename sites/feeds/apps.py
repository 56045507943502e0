"""App configuration of feeds."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "sites.feeds"
    label = "sites_feeds"
    verbose_name = "订阅"
