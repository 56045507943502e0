"""On what the numbers were measured."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import django
import redis
import wagtail
from django.conf import settings
from django.db import connection
from elasticsearch import ApiError, TransportError

from deploy.launcher.distro import NGINX
from network.tenancy.api import all_sites
from search.api import live_row_count
from search.backends.clients import search_client


def facts() -> dict[str, str]:
    """Name to value, in the order to print."""
    return {
        "处理器": f"{len(os.sched_getaffinity(0))} 核 {_processor()}",
        "内存": f"{_memory_gigabytes():.1f} GiB",
        "系统": platform.platform(terse=True),
        "负载": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "Wagtail": wagtail.__version__,
        "PostgreSQL": _postgresql(),
        "Elasticsearch": _elasticsearch(),
        "Redis": _redis(),
        "nginx": _nginx(),
        "站点": str(len(all_sites())),
        "检索条目": str(live_row_count()),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gigabytes() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    return f"{version}(fsync {fsync})"


def _elasticsearch() -> str:
    if not settings.ELASTICSEARCH_URL:
        return "没有"
    try:
        nodes = search_client().nodes.info()["nodes"]
    except (ApiError, TransportError):
        return "没有应答"
    return ", ".join(sorted({node["version"] for node in nodes.values()}))


def _redis() -> str:
    if not settings.REDIS_URL:
        return "没有"
    try:
        return str(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).info("server")["redis_version"])
    except redis.RedisError:
        return "没有应答"


def _nginx() -> str:
    program = NGINX.path() if settings.MEDIA_PROXY else None
    if program is None:
        return "没有"
    told = subprocess.run([str(program), "-v"], check=False, capture_output=True, text=True)
    return told.stderr.strip().rpartition("/")[2]
