"""Settings with the second release of the sample app."""

from deploy.settings.test import *  # noqa: F403
from deploy.settings.test import INSTALLED_APPS, TENANT_APPS

TENANT_APPS = [*TENANT_APPS, "deploy.bench.releases"]
INSTALLED_APPS = [*INSTALLED_APPS, "deploy.bench.releases"]
MIGRATION_MODULES = {"bench_releases": "deploy.bench.releases.second"}
