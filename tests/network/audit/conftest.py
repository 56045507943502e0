"""A sealed log of two sites, with the folders that its key and its anchors lie in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from network.audit.api import record, seal
from network.audit.models import AuditEntry
from network.tenancy.api import get_site, in_site

ACT = "tests.sealed"
ROWS = 6
"""Rows of each of the two sites, sealed in two batches of a site's three."""


@pytest.fixture(scope="module")
def seal_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seal")


@pytest.fixture
def folders(settings: Any, seal_folders: Path) -> Path:
    """The install's key and anchor folders, for this module alone."""
    settings.KEYS_DIR, settings.ANCHOR_DIR = seal_folders / "keys", seal_folders / "anchors"
    settings.ARCHIVE_DIR = seal_folders / "archive"
    return seal_folders


@pytest.fixture
def sealed_log(folders: Path, transactional_db: None) -> Iterator[list[int]]:
    """Numbers of Guangzhou's rows in a log that is sealed and verifies; files are put back afterwards."""
    if not AuditEntry.objects.filter(act=ACT).exists():
        for batch in range(2):
            for slug in ("guangzhou", "hebei"):
                with in_site(get_site(slug)), transaction.atomic():
                    for number in range(ROWS // 2):
                        record(ACT, person="editor", object_kind="page", object_id=number, detail={"批": batch})
            seal()
        shutil.copytree(folders / "anchors", folders / "kept")
    yield list(AuditEntry.objects.filter(act=ACT, site="guangzhou").order_by("txid", "pk").values_list("pk", flat=True))
    shutil.rmtree(folders / "anchors")
    shutil.copytree(folders / "kept", folders / "anchors")
