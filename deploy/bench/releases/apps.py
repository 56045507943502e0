"""App configuration of the releases; its models live in migrations alone."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "deploy.bench.releases"
    label = "bench_releases"
    verbose_name = "升级样例"
