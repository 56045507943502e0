"""The door of moving whole sites."""

from network.signing import Trust, install_id, public_key_pem
from network.transfer.actions import fail, finish_check, finish_export, finish_import, keep_closing_archive
from network.transfer.archive import SITE, Archive, ArchiveWriter, open_archive
from network.transfer.connections import own_connection
from network.transfer.facts import SITE_FACTS, Wish, facts_of
from network.transfer.jobs import CHECK_KIND, EXPORT_KIND, progress_of
from network.transfer.models import Direction, JobState, TransferJob

__all__ = [
    "CHECK_KIND",
    "EXPORT_KIND",
    "SITE",
    "SITE_FACTS",
    "Archive",
    "ArchiveWriter",
    "Direction",
    "JobState",
    "TransferJob",
    "Trust",
    "Wish",
    "facts_of",
    "fail",
    "finish_check",
    "finish_export",
    "finish_import",
    "install_id",
    "keep_closing_archive",
    "open_archive",
    "own_connection",
    "progress_of",
    "public_key_pem",
]
