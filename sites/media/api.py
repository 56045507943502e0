"""The door of images and documents."""

from sites.media.blobs import blob_path, keep_blobs

__all__ = ["blob_path", "keep_blobs"]
