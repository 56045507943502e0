"""Every write of blocks: stopping an address, lifting, appealing, answering."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.blocks.held import authority_of
from network.blocks.models import Appeal, Block, Outcome
from network.blocks.paths import given_path
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.tenancy.api import (
    Site,
    all_sites,
    hosts_of,
    is_within,
    require_network_manager,
    subtree,
)

APPEALS = "sites_accounts.take_down"
LONGEST_REASON, LONGEST_TEXT = 300, 1000
SHORTEST = 2


def require_may_block(person: Any, authority: Site, site: Site | None) -> None:
    """The hub's network manager stops addresses of every site, a province's of its subtree. Raises NotAllowed."""
    require_network_manager(person, authority)
    if site is not None and not is_within(authority, site):
        raise NotAllowed(
            _("“%(authority)s”只能停用本级及下辖站点的地址，“%(site)s”不在其中。")
            % {"authority": authority.short_name, "site": site.short_name},
            site=site.slug,
        )


def add_block(
    *, acting_user: Any, authority: Site, site: Site | None, path: str, covers_below: bool, reason: str
) -> Block:
    """Stop an address of a site, or of all sites of the subtree without one, from the next request on.

    Raises NotAllowed or InvalidValue; a refusal of rights is audited, nothing else is written.
    """
    person = acting_user.get_username()
    try:
        require_may_block(acting_user, authority, site)
    except NetworkError:
        record(
            "block.add",
            site=authority.slug,
            person=person,
            object_kind="address",
            object_id=path[:120],
            detail={"site": site.slug if site else ""},
            is_refused=True,
        )
        raise
    reason = _clean(reason, what=_("停用原因"), most=LONGEST_REASON)
    normal = path_to_stop(path, authority=authority, site=site)
    try:
        with transaction.atomic():
            block = Block.objects.create(
                authority=authority.slug,
                site=site.slug if site else "",
                path=normal,
                covers_below=covers_below,
                reason=reason,
                created_by=person,
            )
            _record_both("block.add", block, person=person, by=authority, detail={"reason": reason})
    except IntegrityError as error:
        if "blocked_once" not in str(error):
            raise
        raise InvalidValue(_("“%(path)s”已经停用，不必重复。") % {"path": normal}) from error
    return block


def path_to_stop(path: str, *, authority: Site, site: Site | None) -> str:
    """The normal path behind what was typed for a site, or for all of the subtree. Raises InvalidValue."""
    known = hosts_of(site) if site else frozenset().union(*(hosts_of(each) for each in subtree(authority)))
    return given_path(path, hosts=known)


def lift_block(block_id: int, *, acting_user: Any, authority: Site, reason: str) -> Block:
    """Let an address be shown again. By the authority, or by one above it. Raises NotAllowed, InvalidValue."""
    reason = _clean(reason, what=_("解除原因"), most=LONGEST_REASON)
    with transaction.atomic():
        block = _held(block_id, acting_user=acting_user, authority=authority, act="block.lift")
        _lift(block, person=acting_user.get_username(), authority=authority, reason=reason)
    return block


def make_appeal(block_id: int, *, acting_user: Any, site: Site, text: str) -> Appeal:
    """The stopped site's webmaster speaks against a block. Raises NotAllowed, InvalidValue."""
    person = acting_user.get_username()
    if not acting_user.has_perm(APPEALS):
        raise NotAllowed(_("“%(person)s”不能申诉，须由本站的站点管理员提出。") % {"person": acting_user})
    text = _clean(text, what=_("申诉理由"), most=LONGEST_TEXT)
    with transaction.atomic():
        block = Block.objects.select_for_update().filter(pk=block_id, lifted_at__isnull=True).first()
        if block is None or not concerns(block, site):
            raise InvalidValue(_("本站没有这个停用中的地址，可能已经解除。"))
        try:
            with transaction.atomic():
                appeal = Appeal.objects.create(block=block, site=site.slug, text=text, made_by=person)
        except IntegrityError as error:
            raise InvalidValue(_("申诉已经提出，请等待答复。")) from error
        _record_appeal("block.appeal", appeal, person=person, by=site, detail={"text": text})
    return appeal


def answer_appeal(appeal_id: int, *, acting_user: Any, authority: Site, outcome: str, answer: str) -> Appeal:
    """Uphold the block or lift it, with a reason that the site reads. Raises NotAllowed, InvalidValue."""
    if outcome not in (Outcome.UPHELD, Outcome.LIFTED):
        raise InvalidValue(_("请选择维持停用或者解除停用。"))
    answer = _clean(answer, what=_("答复"), most=LONGEST_TEXT)
    person = acting_user.get_username()
    with transaction.atomic():
        appeal = Appeal.objects.select_for_update().filter(pk=appeal_id, outcome=Outcome.OPEN).first()
        if appeal is None:
            raise InvalidValue(_("没有这件待答复的申诉，可能已经答复。"))
        block = _held(appeal.block_id, acting_user=acting_user, authority=authority, act="block.answer")
        appeal.outcome, appeal.answer, appeal.answered_by = outcome, answer, person
        appeal.answered_at = timezone.now()
        appeal.save()
        _record_appeal(
            "block.answer", appeal, person=person, by=authority, detail={"outcome": outcome, "answer": answer}
        )
        if outcome == Outcome.LIFTED:
            _lift(block, person=person, authority=authority, reason=answer[:LONGEST_REASON])
    return appeal


def concerns(block: Block, site: Site) -> bool:
    """Whether a block stops an address of this site."""
    return block.site == site.slug if block.site else is_within(authority_of(block.authority), site)


def _held(block_id: int, *, acting_user: Any, authority: Site, act: str) -> Block:
    """A block in force, locked, that this authority may decide on."""
    block = Block.objects.select_for_update().filter(pk=block_id, lifted_at__isnull=True).first()
    if block is None:
        raise InvalidValue(_("没有这个停用中的地址，可能已经解除。"))
    require_network_manager(acting_user, authority)
    if not is_within(authority, authority_of(block.authority)):
        record(
            act,
            site=authority.slug,
            person=acting_user.get_username(),
            object_kind="block",
            object_id=block.pk,
            is_refused=True,
        )
        raise NotAllowed(
            _("这个地址由“%(authority)s”停用，只能由它或它的上级解除。")
            % {"authority": authority_of(block.authority).short_name}
        )
    return block


def _lift(block: Block, *, person: str, authority: Site, reason: str) -> None:
    block.lifted_at, block.lifted_by, block.lift_reason = timezone.now(), person, reason
    block.save()
    _record_both("block.lift", block, person=person, by=authority, detail={"reason": reason})


def _clean(text: str, *, what: str, most: int) -> str:
    cleaned = " ".join(text.split())
    if not SHORTEST <= len(cleaned) <= most:
        raise InvalidValue(
            _("%(what)s应为 %(least)s 至 %(most)s 个字，现在是 %(count)s 个字。")
            % {"what": what, "least": SHORTEST, "most": most, "count": len(cleaned)}
        )
    return cleaned


def _record_both(act: str, block: Block, *, person: str, by: Site, detail: dict[str, Any]) -> None:
    """A row for the acting site, one for each site whose address it is."""
    stopped = [site.slug for site in all_sites() if concerns(block, site)]
    for slug in dict.fromkeys([by.slug, block.authority, *stopped]):
        record(
            act,
            site=slug,
            person=person,
            person_site=by.slug,
            object_kind="block",
            object_id=block.pk,
            object_title=block.path,
            detail={**detail, "authority": block.authority, "site": block.site, "covers_below": block.covers_below},
        )


def _record_appeal(act: str, appeal: Appeal, *, person: str, by: Site, detail: dict[str, Any]) -> None:
    for slug in dict.fromkeys([appeal.site, appeal.block.authority, by.slug]):
        record(
            act,
            site=slug,
            person=person,
            person_site=by.slug,
            object_kind="appeal",
            object_id=appeal.pk,
            object_title=appeal.block.path,
            detail={**detail, "block": appeal.block_id},
        )
