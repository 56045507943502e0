"""Pictures and documents of imported items: judged by their bytes, stored once, whatever address they had."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from network.errors import InvalidValue
from sites.importing.fetching import fetch
from sites.importing.html_body import extension_of
from sites.importing.items import Reader
from sites.importing.models import ImportBatch, ImportFile
from sites.media.formats import MOST_DOCUMENT_BYTES, MOST_PICTURE_BYTES, hold_document, picture_facts
from sites.media.models import SiteDocument, SiteImage
from sites.media.scanning import NotScanned

CHUNK, CHUNK_SECONDS = 25, 20.0
"""Of one transaction: so many files, or so long."""

LONGEST_NAME = 80


def store_some(batch: ImportBatch, reader: Reader) -> bool:
    """Store the next files of a batch in the caller's transaction; whether any remain. Raises NotScanned."""
    until = time.monotonic() + CHUNK_SECONDS
    with _forgotten_if_it_fails() as stored:
        for file in ImportFile.objects.filter(batch=batch, is_done=False).order_by("pk")[:CHUNK]:
            _store(batch, file, reader, stored)
            if time.monotonic() > until:
                break
    return ImportFile.objects.filter(batch=batch, is_done=False).exists()


@contextmanager
def _forgotten_if_it_fails() -> Iterator[list[str]]:
    """Names of stored files, deleted when the transaction's work fails."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _store(batch: ImportBatch, file: ImportFile, reader: Reader, stored: list[str]) -> None:
    try:
        data = _bytes_of(batch, file, reader)
        if file.is_picture:
            _keep_picture(file, data, batch, stored)
        else:
            _keep_document(file, data, batch, stored)
    except NotScanned:
        raise
    except InvalidValue as error:
        file.problem = error.message
    file.is_done = True
    file.save()


def _bytes_of(batch: ImportBatch, file: ImportFile, reader: Reader) -> bytes:
    data = reader.open_file(file.address)
    most = MOST_PICTURE_BYTES if file.is_picture else MOST_DOCUMENT_BYTES
    if data is None:
        if not batch.options.get("fetches"):
            raise InvalidValue(missing_sentence(file.address))
        data = fetch(file.address, most_bytes=most).data
    if len(data) > most:
        raise InvalidValue(f"文件“{file.address}”有 {len(data)} 字节，超过上限 {most} 字节。请压缩后另行上传。")
    if not data:
        raise InvalidValue(f"文件“{file.address}”是空的（0 字节）。请另行上传。")
    return data


def missing_sentence(address: str) -> str:
    """What is said of a file that the source lacks."""
    return f"来源里没有文件“{address}”。请放入压缩包后重新试读，或选择从旧站取文件，或导入后另行上传。"


def _keep_picture(file: ImportFile, data: bytes, batch: ImportBatch, stored: list[str]) -> None:
    extension, size = picture_facts(data, file.address)
    sha256 = hashlib.sha256(data).hexdigest()
    held = SiteImage.objects.filter(sha256=sha256).first()
    if held is None:
        name = file_name(file.address, extension)
        held = SiteImage(
            title=(file.alt or PurePosixPath(name).stem)[:255],
            alt_text=file.alt,
            file=ContentFile(data, name=name),
            width=size[0],
            height=size[1],
            uploaded_by_user_id=batch.person_id,
        )
        held.save()
        stored.append(held.file.name)
        held.file.close()
        file.is_own = True
    file.image_id = held.pk


def _keep_document(file: ImportFile, data: bytes, batch: ImportBatch, stored: list[str]) -> None:
    extension = extension_of(file.address)
    hold_document(io.BytesIO(data), extension, file.address)
    sha256 = hashlib.sha256(data).hexdigest()
    held = SiteDocument.objects.filter(sha256=sha256).first()
    if held is None:
        name = file_name(file.address, extension)
        held = SiteDocument(
            title=(file.alt or PurePosixPath(name).stem)[:255],
            file=ContentFile(data, name=name),
            file_size=len(data),
            uploaded_by_user_id=batch.person_id,
        )
        held.save()
        stored.append(held.file.name)
        held.file.close()
        file.is_own = True
    file.document_id = held.pk


def file_name(address: str, extension: str) -> str:
    """A plain name to store a file under, after its address."""
    stem = PurePosixPath(unquote(urlsplit(address).path)).stem
    kept = "".join(letter for letter in stem if letter.isalnum() or letter in "-_")[:LONGEST_NAME]
    return f"{kept or 'file'}.{extension}"
