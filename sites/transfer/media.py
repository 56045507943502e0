"""Images and documents as records: their facts, their bytes under SHA-256."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import PIL.Image
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.storage import default_storage
from modelsearch.backends import get_search_backend
from taggit.models import Tag, TaggedItem
from wagtail.models import Collection

from network.errors import InvalidValue
from sites.content.bulk import index_references
from sites.media.models import SiteDocument, SiteImage
from sites.transfer.exporting import BATCH, OWN_STORE, Export, batches
from sites.transfer.fields import from_archive, moment, to_archive
from sites.transfer.kinds import Record

SHA256 = re.compile(r"[0-9a-f]{64}")
IMAGE_TYPES = {"gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
LONGEST_NAME = 255
IMAGE_FIELDS = (
    "title",
    "description",
    "alt_text",
    "width",
    "height",
    "focal_point_x",
    "focal_point_y",
    "focal_point_width",
    "focal_point_height",
)
DOCUMENT_FIELDS = ("title",)


def read_collections(export: Export) -> Iterator[Record]:
    """The folders of the media library, numbered by their place: ``1``, ``1.2``."""
    for key, uid in _collection_uids().items():
        held = Collection.objects.get(pk=key)
        parent = uid.rpartition(".")[0]
        yield {
            "uid": uid,
            "parent": {"kind": "collection", "uid": parent} if parent else None,
            "name": held.name,
        }


def _collection_uids() -> dict[int, str]:
    uids: dict[int, str] = {}
    place: dict[str, str] = {}
    numbers: dict[str, int] = defaultdict(int)
    for key, path in Collection.objects.filter(depth__gt=1).order_by("path").values_list("pk", "path"):
        above = path[: -Collection.steplen]
        numbers[above] += 1
        place[path] = f"{place[above]}.{numbers[above]}" if above in place else str(numbers[above])
        uids[key] = place[path]
    return uids


def hold_collection(check: Any, record: Record) -> None:
    parent = record["parent"]
    if parent is not None and not check.has("collections", parent["uid"]):
        raise InvalidValue(f"文件夹“{record['name']}”所在的文件夹不在档案中。")


def write_collections(load: Any, records: Iterator[Record]) -> None:
    root = Collection.get_first_root_node()
    load.collections[""] = root.pk
    for record in records:
        parent = record["parent"]
        above = Collection.objects.get(pk=load.collections[parent["uid"] if parent else ""])
        load.collections[record["uid"]] = above.add_child(instance=Collection(name=record["name"])).pk


def read_images(export: Export) -> Iterator[Record]:
    return _read(export, SiteImage, IMAGE_FIELDS)


def read_documents(export: Export) -> Iterator[Record]:
    return _read(export, SiteDocument, DOCUMENT_FIELDS)


def _read(export: Export, model: Any, names: Sequence[str]) -> Iterator[Record]:
    collections = _collection_uids()
    after = None
    while True:
        rows = model.objects.order_by("uid")
        batch = list((rows.filter(uid__gt=after) if after else rows)[:BATCH])
        if not batch:
            return
        after = batch[-1].uid
        tags = _tags_of(model, [row.pk for row in batch])
        with export.references_of(lambda rewriter: None) as rewriter:
            for row in batch:
                export.files.setdefault(row.sha256, (OWN_STORE, row.file.name))
                uid = collections.get(row.collection_id)
                yield {
                    "uid": str(row.uid),
                    "sha256": row.sha256,
                    "path": row.file.name,
                    "collection": {"kind": "collection", "uid": uid} if uid else None,
                    "uploaded_by": export.person(row.uploaded_by_user_id),
                    "created_at": moment(row.created_at),
                    "tags": tags[row.pk],
                    "fields": {
                        name: to_archive(model._meta.get_field(name), getattr(row, name), rewriter) for name in names
                    },
                }


def _tags_of(model: Any, keys: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {key: [] for key in keys}
    rows = TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=keys
    ).values_list("object_id", "tag__name")
    for key, name in rows:
        found[key].append(name)
    return {key: sorted(names) for key, names in found.items()}


def hold_image(check: Any, record: Record) -> None:
    _hold(check, record, SiteImage, IMAGE_FIELDS, tuple(IMAGE_TYPES))
    wanted = IMAGE_TYPES[record["path"].rsplit(".", 1)[-1].lower()]
    try:
        with check.archive.open_file(record["sha256"]) as file, PIL.Image.open(file, formats=[wanted]):
            pass
    except (OSError, PIL.Image.DecompressionBombError) as error:
        raise InvalidValue(f"图片“{record['path']}”的内容不是 {wanted} 图片。", path=record["path"]) from error
    check.scan(record["sha256"], record["path"])


def hold_document(check: Any, record: Record) -> None:
    _hold(check, record, SiteDocument, DOCUMENT_FIELDS, tuple(settings.WAGTAILDOCS_EXTENSIONS))
    check.scan(record["sha256"], record["path"])


def _hold(check: Any, record: Record, model: Any, names: Sequence[str], extensions: tuple[str, ...]) -> None:
    path = record["path"]
    hold_path(path, longest=model._meta.get_field("file").max_length)
    if path.rsplit(".", 1)[-1].lower() not in extensions:
        raise InvalidValue(f"文件“{path}”的类型不在允许之列：{'、'.join(extensions)}。", path=path)
    if not SHA256.fullmatch(str(record["sha256"])) or not check.archive.has_file(record["sha256"]):
        raise InvalidValue(f"文件“{path}”的内容不在档案中，请重新导出。", path=path)
    if not check.take("paths", path):
        raise InvalidValue(f"文件“{path}”在档案中登记了两次。", path=path)
    collection = record["collection"]
    if collection is not None and not check.has("collections", collection["uid"]):
        raise InvalidValue(f"文件“{path}”所在的文件夹不在档案中。", path=path)
    unknown = set(record["fields"]) - set(names)
    if unknown:
        raise InvalidValue(f"文件“{path}”带有本系统没有的字段“{'、'.join(sorted(unknown))}”。", path=path)
    for name, value in record["fields"].items():
        from_archive(model._meta.get_field(name), value, check.rewriter)
    from_archive(model._meta.get_field("created_at"), record["created_at"], check.rewriter)


def hold_path(path: Any, *, longest: int) -> None:
    """A name under which a site may store a file: relative, plain, not too long. Raises InvalidValue."""
    is_plain = isinstance(path, str) and path and "\\" not in path and "\x00" not in path
    parts = PurePosixPath(path).parts if is_plain else ()
    if not parts or ".." in parts or path.startswith("/") or str(PurePosixPath(path)) != path:
        raise InvalidValue(f"文件名“{path}”不是站内的相对路径，不予导入。", path=path)
    if any(len(part.encode()) > LONGEST_NAME for part in parts) or len(path) > longest:
        raise InvalidValue(f"文件名“{path[:40]}…”过长（每段不超过 {LONGEST_NAME} 字节，全长不超过 {longest} 字）。")


def write_images(load: Any, records: Iterator[Record]) -> None:
    _write(load, records, SiteImage, load.images)


def write_documents(load: Any, records: Iterator[Record]) -> None:
    _write(load, records, SiteDocument, load.documents)


def _write(load: Any, records: Iterator[Record], model: Any, keys: dict[str, int]) -> None:
    for batch in batches(records):
        rows = []
        for record in batch:
            size, sha1 = store_file(load, record["sha256"], record["path"])
            collection = record["collection"]
            verdict = load.check.verdicts[record["sha256"]]
            rows.append(
                model(
                    scan_state=verdict.state,
                    scanned_at=verdict.at,
                    scan_engine=verdict.engine,
                    uid=record["uid"],
                    sha256=record["sha256"],
                    file=record["path"],
                    file_size=size,
                    file_hash=sha1,
                    collection_id=load.collections[collection["uid"] if collection else ""],
                    uploaded_by_user_id=load.person(record["uploaded_by"]),
                    **{
                        name: from_archive(model._meta.get_field(name), value, load.rewriter)
                        for name, value in record["fields"].items()
                    },
                )
            )
        model.objects.bulk_create(rows)
        for row, record in zip(rows, batch, strict=True):
            keys[record["uid"]] = row.pk
            row.created_at = from_archive(model._meta.get_field("created_at"), record["created_at"], load.rewriter)
        model.objects.bulk_update(rows, ["created_at"])
        index_references(rows)
        _write_tags(model, rows, batch)
        get_search_backend("default").add_bulk(model, rows)
        load.progress(model._meta.model_name, len(keys))


def store_file(load: Any, sha256: str, path: str) -> tuple[int, str]:
    """Put bytes of the archive under exactly this name of the site's store; returns size, SHA-1.

    The site is new or empty, so what lies there is left over from an attempt that failed.
    """
    if default_storage.exists(path):
        default_storage.delete(path)
    with load.archive.open_file(sha256) as source:
        stored = default_storage.save(path, File(source))
    load.stored.append(stored)
    if stored != path:
        raise InvalidValue(f"文件“{path}”不能按原名存储（得到“{stored}”），请检查存储后重试。", path=path)
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    with load.archive.open_file(sha256) as source:
        while piece := source.read(1024 * 1024):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _write_tags(model: Any, rows: Sequence[Any], batch: Sequence[Record]) -> None:
    names = sorted({name for record in batch for name in record["tags"]})
    if not names:
        return
    tags = {name: Tag.objects.filter(name=name).first() or Tag.objects.create(name=name) for name in names}
    content_type = ContentType.objects.get_for_model(model)
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=tags[name], content_type=content_type, object_id=row.pk)
        for row, record in zip(rows, batch, strict=True)
        for name in record["tags"]
    )
