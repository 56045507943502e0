"""The door of moving whole sites."""

from network.signing import Trust, install_id, public_key_pem
from network.transfer.archive import SITE, Archive, ArchiveWriter, open_archive

__all__ = ["SITE", "Archive", "ArchiveWriter", "Trust", "install_id", "open_archive", "public_key_pem"]
