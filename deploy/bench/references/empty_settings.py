"""The demo's settings with one empty view: every middleware but the page cache works."""

from deploy.settings.demo import *  # noqa: F403
from deploy.settings.demo import MIDDLEWARE

MIDDLEWARE = [name for name in MIDDLEWARE if "page_cache" not in name]
ROOT_URLCONF = "deploy.bench.references.empty_urls"
