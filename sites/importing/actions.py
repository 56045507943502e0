"""Every write that a person asks for: receive, set, read, confirm, undo, give up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from network.errors import InvalidValue, NotAllowed
from network.outbox.api import enqueue
from network.tenancy.api import current_site, is_webmaster
from sites.importing.crawling import limits_of
from sites.importing.models import BatchState, ImportBatch, ImportRow, SourceKind, VisitState
from sites.importing.preparing import chosen_for
from sites.importing.readers.opening import columns_of, forget_source, hold_source, open_source
from sites.importing.readers.tables import hold_field, suggested
from sites.importing.steps import due_step, tell

STEP_KIND = "importing.step"
MOST_BYTES = 1024**3
OPTIONS = (
    *("column", "columns", "kind", "type", "types", "mapping", "selector", "base", "feed", "fetches"),
    *("start", "depth", "pages", "delay"),
)
NAMED_BY = {SourceKind.FEED: "feed", SourceKind.CRAWL: "start"}
"""Sources that may be an address, with the option that names it."""


def may_import(person: Any) -> bool:
    """The site's own webmaster; a visitor from above writes nothing here."""
    return is_webmaster(person) and not getattr(person, "is_visitor", False)


def require_may_import(person: Any) -> None:
    """Raises NotAllowed."""
    if not may_import(person):
        raise NotAllowed(
            _("用户“%(person)s”不是本站的站点管理员，不能导入旧站内容。") % {"person": person.get_username()}
        )


def receive(
    pieces: Iterable[bytes], *, acting_user: Any, source: str, file_name: str, origin: str, options: Mapping[str, Any]
) -> ImportBatch:
    """Take a source; nothing is read yet but its outside. Raises NotAllowed, InvalidValue; nothing stays then."""
    require_may_import(acting_user)
    if source not in SourceKind.values:
        raise InvalidValue(f"来源类型“{source}”不存在，可用：{'、'.join(SourceKind.values)}。", source=source)
    if not origin.strip():
        raise InvalidValue("请填写来源名称，例如旧站的域名 www.gzaic.gov.cn：以后再导入同一来源时用它认出同一稿件。")
    batch = ImportBatch(
        source=source,
        origin=origin.strip()[:100],
        file_name=file_name[-255:],
        person=acting_user,
        person_name=acting_user.get_username(),
        options=checked_options(origin, options),
    )
    is_named = _is_named(batch)
    if any(batch.options.get(name) for kind, name in NAMED_BY.items() if kind != source):
        raise InvalidValue("只有 RSS、Atom 订阅和在线的旧站可以只给地址。请上传文件。", source=source)
    if source == SourceKind.CRAWL and not is_named:
        raise InvalidValue("请填写起始网址，例如 http://www.gzaic.gov.cn/。", source=source)
    if not is_named:
        _store(batch, pieces)
    if source == SourceKind.CRAWL:
        batch.options["fetches"] = True
    try:
        hold_source(batch)
        with transaction.atomic():
            if source == SourceKind.TABLE and not batch.options.get("mapping"):
                batch.options["mapping"] = suggested(columns_of(batch))
            if not is_named:
                open_source(batch).close()
            batch.save(force_insert=True)
            tell(batch, "import.receive")
    except BaseException:
        forget_source(batch.path)
        raise
    return batch


def _is_named(batch: ImportBatch) -> bool:
    return bool(batch.options.get(NAMED_BY.get(SourceKind(batch.source), "")))


def _store(batch: ImportBatch, pieces: Iterable[bytes]) -> None:
    """Beside its place, synced, then renamed: a source that is there is whole."""
    batch.path.parent.mkdir(parents=True, exist_ok=True)
    beside = batch.path.with_suffix(".part")
    try:
        with beside.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                if file.tell() > MOST_BYTES:
                    raise InvalidValue(f"“{batch.file_name}”超过上限 {MOST_BYTES} 字节。请分成几包导入。")
            file.flush()
            os.fsync(file.fileno())
            batch.size = file.tell()
        if not batch.size:
            raise InvalidValue(f"“{batch.file_name}”是空的（0 字节）。请重新选择文件。", name=batch.file_name)
        beside.rename(batch.path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def checked_options(origin: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The choices as a batch keeps them. Raises InvalidValue for one that this site cannot follow."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise InvalidValue(f"导入设置中没有“{'、'.join(unknown)}”，可用：{'、'.join(OPTIONS)}。", options=unknown)
    kept = {name: value for name, value in options.items() if value not in (None, "", {})}
    for name, label in (("feed", "订阅地址"), ("start", "起始网址")):
        address = str(kept.get(name, ""))
        if address and not address.startswith(("http://", "https://")):
            raise InvalidValue(f"{label}“{address}”须以 http:// 或 https:// 开头。", **{name: address})
    for field in kept.get("mapping", {}):
        hold_field(field)
    if kept.get("start"):
        limits_of(kept)
    base = str(kept.get("base", ""))
    if base and not base.startswith(("http://", "https://")):
        raise InvalidValue(f"旧站网址“{base}”须以 http:// 或 https:// 开头，例如 http://www.gzaic.gov.cn/。", base=base)
    if base and not base.endswith("/"):
        kept["base"] = f"{base}/"
    chosen_for(origin, kept)
    return kept


@transaction.atomic
def ask_reading(batch: ImportBatch, *, acting_user: Any, options: Mapping[str, Any] | None = None) -> ImportBatch:
    """Begin the dry run, anew when there was one. Raises NotAllowed, InvalidValue."""
    require_may_import(acting_user)
    held = _held(batch, {BatchState.RECEIVED, BatchState.READ, BatchState.FAILED}, "试读")
    if options is not None:
        chosen = checked_options(held.origin, {**held.options, **options})
        if chosen.get("start") != held.options.get("start"):
            raise InvalidValue("起始网址不能改。请丢弃这一批，按新的起始网址另建一批。", start=chosen.get("start"))
        held.options = chosen
    held.visits.filter(state=VisitState.FAILED).update(state=VisitState.DUE, problem="")
    if not _is_named(held):
        open_source(held).close()
    ImportRow.objects.filter(batch=held).delete()
    held.files.all().delete()
    held.problem, held.done, held.total = "", 0, 0
    state = BatchState.CRAWLING if held.source == SourceKind.CRAWL else BatchState.READING
    return _begin(held, state, "import.read", acting_user)


@transaction.atomic
def confirm(batch: ImportBatch, *, acting_user: Any) -> ImportBatch:
    """Have the rows that can be imported written as drafts. Raises NotAllowed, InvalidValue."""
    require_may_import(acting_user)
    held = _held(batch, {BatchState.READ}, "确认导入")
    if not held.counts.get("new") and not held.counts.get("changed"):
        raise InvalidValue("这一批没有可导入或可更新的稿件。请看逐行结果，改正后重新试读。")
    held.done = 0
    return _begin(held, BatchState.FETCHING, "import.confirm", acting_user)


@transaction.atomic
def ask_review(batch: ImportBatch, *, acting_user: Any) -> ImportBatch:
    """Send every draft of a batch for review that is not in review. Raises NotAllowed, InvalidValue."""
    require_may_import(acting_user)
    held = _held(batch, {BatchState.DONE}, "送审")
    return _begin(held, BatchState.SUBMITTING, "import.submit", acting_user)


@transaction.atomic
def ask_undo(batch: ImportBatch, *, acting_user: Any) -> ImportBatch:
    """Take back what a batch wrote, as far as nobody has worked on it. Raises NotAllowed, InvalidValue."""
    require_may_import(acting_user)
    held = _held(batch, {BatchState.DONE, BatchState.UNDONE, BatchState.FAILED}, "撤销")
    return _begin(held, BatchState.UNDOING, "import.undo", acting_user)


@transaction.atomic
def discard(batch: ImportBatch, *, acting_user: Any) -> None:
    """Throw away a batch that wrote nothing. Raises NotAllowed, InvalidValue."""
    require_may_import(acting_user)
    held = _held(batch, {BatchState.RECEIVED, BatchState.READ, BatchState.FAILED}, "丢弃")
    if held.items.exists():
        raise InvalidValue("这一批已写入稿件，不能丢弃。请先撤销。")
    tell(held, "import.discard")
    transaction.on_commit(partial(forget_source, held.path))
    held.delete()


def _held(batch: ImportBatch, states: set[BatchState], what: str) -> ImportBatch:
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state not in states:
        allowed = "、".join(str(state.label) for state in BatchState if state in states)
        raise InvalidValue(f"这一批现为“{held.get_state_display()}”，只有“{allowed}”的可以{what}。", state=held.state)
    return held


def _begin(batch: ImportBatch, state: BatchState, act: str, person: Any) -> ImportBatch:
    batch.state, batch.place = state, 0
    batch.finished_at = None
    batch.save()
    tell(batch, act, person=person.get_username())
    order(batch)
    return batch


def order(batch: ImportBatch) -> None:
    """Write the step that is due down for the worker, in the caller's transaction.

    Each step has a key of its own: the row of the step under way is deleted when that step is done.
    """
    step = due_step(batch)
    if step is None:
        return
    enqueue(
        STEP_KIND,
        site=current_site().slug,
        key=f"{batch.pk}:{step.state}:{step.place}",
        payload={"batch": str(batch.pk), "state": str(step.state), "place": step.place},
    )
