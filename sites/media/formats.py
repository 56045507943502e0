"""What a file is by its bytes, held against what its name says."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import IO

import PIL.Image
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from network.errors import InvalidValue
from sites.media.containers import hold_kept

MOST_PICTURE_BYTES = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
MOST_DOCUMENT_BYTES = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
MOST_PIXELS = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
"""Of a picture as it is unpacked: about 160 MB in memory."""

FORMATS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
ZIP = (b"PK\x03\x04",)
OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
STARTS = {
    "pdf": (b"%PDF-",),
    "doc": OLE,
    "xls": OLE,
    "docx": ZIP,
    "xlsx": ZIP,
    "ofd": ZIP,
    "zip": (*ZIP, b"PK\x05\x06"),
    "webm": (b"\x1aE\xdf\xa3",),
}
PARTS = {
    "docx": ("[Content_Types].xml", "word/document.xml"),
    "xlsx": ("[Content_Types].xml", "xl/workbook.xml"),
    "ofd": ("OFD.xml",),
}
"""What a container must hold to be of the kind: ECMA-376 part 2 with parts 1, GB/T 33190-2016."""

MACROS = "vbaProject.bin"
MP4_BOX, MP4_BOX_AT = b"ftyp", slice(4, 8)
HEAD = 4096


def picture_facts(data: bytes, address: str) -> tuple[str, tuple[int, int]]:
    """``(extension, (width, height))`` by the bytes. Raises InvalidValue for what is no whole picture, or too large."""
    too_large = f"图片“{address}”有 {{size}} 点，超过上限 {MOST_PIXELS} 点。请缩小后另行上传。"
    try:
        with PIL.Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
            kind, size = str(image.format), image.size
            if size[0] * size[1] > MOST_PIXELS:
                raise InvalidValue(too_large.format(size=f"{size[0]}×{size[1]}"))
            image.load()
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as error:
        raise InvalidValue(too_large.format(size="过多的")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InvalidValue(
            f"“{address}”的内容不是完整的 JPEG、PNG、GIF 或 WebP 图片，没有收下。请另存为其中一种后上传。"
        ) from error
    return FORMATS[kind], size


def name_of(upload: UploadedFile) -> str:
    """The name that an upload came under; Django takes none without one."""
    return str(upload.name)


def extension_of(name: str) -> str:
    """The extension of a file name in lower case, without the dot."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def hold_document(source: IO[bytes], extension: str, name: str) -> None:
    """Refuse a document whose bytes are not what its name says, or that unpacks to too much. Raises InvalidValue."""
    if extension not in settings.WAGTAILDOCS_EXTENSIONS:
        kinds = "、".join(settings.WAGTAILDOCS_EXTENSIONS)
        raise InvalidValue(f"文件“{name}”的类型不在允许之列：{kinds}。请转换后另行上传。", name=name)
    source.seek(0)
    head = source.read(HEAD)
    source.seek(0)
    if not head:
        raise InvalidValue(f"文件“{name}”是空的（0 字节）。请另行上传。", name=name)
    if not _is_of(extension, head):
        raise _mislabelled(name, extension)
    if head.startswith(ZIP):
        if extension in PARTS and not zipfile.is_zipfile(source):
            raise InvalidValue(f"文件“{name}”打不开，可能已损坏。请在原来的软件中另存后再上传。", name=name)
        _hold_parts(hold_kept(source, name), extension, name)
        source.seek(0)


def _is_of(extension: str, head: bytes) -> bool:
    if extension == "mp4":
        return head[MP4_BOX_AT] == MP4_BOX
    starts = STARTS.get(extension)
    return head.startswith(starts) if starts else b"\x00" not in head


def _hold_parts(names: list[str], extension: str, name: str) -> None:
    if not set(PARTS.get(extension, ())) <= set(names):
        raise _mislabelled(name, extension)
    if extension in PARTS and any(PurePosixPath(each).name == MACROS for each in names):
        raise InvalidValue(f"文件“{name}”带有宏，没有收下。请另存为不带宏的文件后上传。", name=name)


def _mislabelled(name: str, extension: str) -> InvalidValue:
    return InvalidValue(
        f"文件“{name}”的内容不是 {extension.upper()} 格式，没有收下。请核对原文件，改正扩展名或重新导出后上传。",
        name=name,
    )
