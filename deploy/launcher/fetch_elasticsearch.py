"""Download of the newest Elasticsearch 8.19, run by the virtual environment's Python.

Prints ``VERSION<tab>PATH`` of the archive. The launcher itself has no third-party packages, so it runs this file as a
program. ``--offline`` answers from the cache only.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jgo.maven import MavenContext

GROUP = "org.elasticsearch.distribution.integ-test-zip"
ARTIFACT = "elasticsearch"
SERIES = "8.19"
SECONDS_PER_READ = 120


def version_key(version: str) -> tuple[int, ...]:
    """Order versions such as 8.19.9 before 8.19.10."""
    return tuple(int(part) for part in version.split("."))


def newest(versions: list[str], *, series: str = SERIES) -> str:
    """Return the newest released version of one series. Raises ValueError when there is none."""
    released = [
        version for version in versions if version.startswith(f"{series}.") and version.replace(".", "").isdigit()
    ]
    if not released:
        raise ValueError(f"No released version of Elasticsearch {series} is known.")
    return max(released, key=version_key)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("repository", type=Path)
    parser.add_argument("--offline", action="store_true")
    arguments = parser.parse_args()
    context = MavenContext(
        repo_cache=arguments.repository, local_repos=[], timeout=SECONDS_PER_READ, offline=arguments.offline
    )
    project = context.project(GROUP, ARTIFACT)
    if not arguments.offline:
        project.update()
    version = newest([str(version) for version in project.metadata.versions])
    archive = project.at_version(version).artifact(packaging="zip").resolve()
    print(f"{version}\t{archive}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
