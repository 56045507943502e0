"""The door of images and documents."""

from sites.media.blobs import blob_path, keep_blobs
from sites.media.scanning import may_be_public, scanner_status

__all__ = ["blob_path", "keep_blobs", "may_be_public", "scanner_status"]
