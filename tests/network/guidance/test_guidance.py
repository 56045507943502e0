"""Guidance goes down the tree: the hub's to all, a province's to its own cities; nobody else writes any."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.guidance.actions import forget_site, retire_guidance, write_guidance
from network.guidance.models import LONGEST_NOTE, Guidance
from network.guidance.queries import WHOLE, known_types, notes_for
from network.tenancy.api import Site, in_site
from sites.pages.models import CONTENT_TYPES, ColumnPage
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
TYPE, FIELD = "warning", "advice"


def say(site: Site, note: str = "分两段写。", *, by: str = "manager", **facts: Any) -> Guidance:
    values = {"page_type": TYPE, "field": FIELD, "note": note, "sample": "", **facts}
    with in_site(site):
        return write_guidance(acting_user=staff(site, by), site=site, **values)


def told(site: Site, field: str = FIELD, page_type: str = TYPE) -> list[tuple[str, str]]:
    return [(note.site, note.note) for note in notes_for(site, page_type).get(field, [])]


def test_every_type_that_people_write_is_guided_by_its_own_fields() -> None:
    known = {kind.key: kind for kind in known_types()}
    assert len(known) == len(CONTENT_TYPES)
    assert dict(known["warning"].fields)["advice"] == "给消费者的提示"
    assert {"title", "body", "summary", "slug"} <= {name for kind in known.values() for name, _label in kind.fields}
    for kind in known.values():
        assert len({name for name, _label in kind.fields}) == len(kind.fields)
        assert all(label for _name, label in kind.fields)


def test_the_hubs_word_comes_first_then_the_provinces_own_cities_alone_hear_it(
    hub: Site, guangdong: Site, hebei: Site, guangzhou: Site
) -> None:
    say(guangdong, "省局补充。")
    say(hub, "总局的话。")
    both = [("hub", "总局的话。"), ("guangdong", "省局补充。")]
    assert told(guangzhou) == told(guangdong) == both
    assert told(hebei) == told(hub) == both[:1]
    assert [note.is_own for note in notes_for(guangdong, TYPE)[FIELD]] == [False, True]
    assert told(guangzhou, page_type="notice") == told(guangzhou, "title") == []


def test_a_new_word_replaces_the_old_one_which_stays_in_the_history(hub: Site, guangzhou: Site) -> None:
    first = say(hub, "先前的话。")
    assert say(hub, "先前的话。") == first
    second = say(hub, "  改过的话。 \r\n第二行\n", sample="示例")
    assert told(guangzhou) == [("hub", "改过的话。\n第二行")]
    first.refresh_from_db()
    assert (first.retired_by, second.retired_at) == ("manager", None)
    entry = AuditEntry.objects.filter(act="guidance.write").latest("pk")
    assert (entry.site, entry.person, entry.object_title) == ("hub", "manager", "消费警示—给消费者的提示")
    assert entry.detail["before"]["note"] == "先前的话。"
    with in_site(hub):
        retire_guidance(acting_user=staff(hub, "manager"), site=hub, page_type=TYPE, field=FIELD)
        with pytest.raises(InvalidValue, match="本站没有“消费警示—给消费者的提示”的采编指导"):
            retire_guidance(acting_user=staff(hub, "manager"), site=hub, page_type=TYPE, field=FIELD)
    assert told(guangzhou) == []
    assert Guidance.objects.count() == 2


@pytest.mark.parametrize(("slug", "by"), [("hub", "webmaster"), ("hub", "editor"), ("guangzhou", "webmaster")])
def test_nobody_else_writes_and_the_refusal_is_in_the_log(hub: Site, guangzhou: Site, slug: str, by: str) -> None:
    site = {"hub": hub, "guangzhou": guangzhou}[slug]
    with pytest.raises(NotAllowed):
        say(site, by=by)
    assert not Guidance.objects.exists()
    entry = AuditEntry.objects.filter(act="guidance.write").latest("pk")
    assert (entry.site, entry.person, entry.result) == (slug, by, "refused")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"note": " ", "sample": "\n"}, "请填写“消费警示—给消费者的提示”的说明或者示例"),
        ({"note": "长" * (LONGEST_NOTE + 1)}, "说明有1001个字，最多1000个字"),
        ({"field": "nothing"}, "没有“warning”类型的“nothing”"),
        ({"page_type": "column"}, "没有“column”类型的“advice”"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_value(hub: Site, facts: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        say(hub, **facts)
    assert not Guidance.objects.exists()
    say(hub)


def test_nothing_is_deleted_and_a_dropped_site_guides_nobody(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    say(guangdong)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Guidance.objects.all().delete()
    forget_site(hub)
    assert len(told(guangzhou)) == 1
    forget_site(guangdong)
    assert told(guangzhou) == []


def editor_of(site: Site, page_type: str = "warningpage", column: str = "xfjs") -> str:
    with in_site(site):
        parent = ColumnPage.objects.get(key=column).pk
    answer = client_of(site, "editor").get(f"/admin/pages/add/sites_pages/{page_type}/{parent}/")
    assert answer.status_code == 200
    return answer.content.decode()


def shown(page: str) -> list[tuple[str, str]]:
    """Field and source of every note in an editor, in their order."""
    return re.findall(r'data-guidance="([^"]+)" data-from="([^"]+)"', page)


def test_the_editor_shows_it_beside_its_field_for_the_sites_below_only(
    hub: Site, guangdong: Site, hebei: Site, guangzhou: Site
) -> None:
    say(hub, "总局<b>的话</b>。\n第二行。", sample="示例一段")
    say(guangdong, "省局补充。")
    say(hub, "写给不懂行的人看。", field=WHOLE)
    page = editor_of(guangzhou)
    assert shown(page) == [(WHOLE, "hub"), (FIELD, "hub"), (FIELD, "guangdong")]
    assert "总局&lt;b&gt;的话&lt;/b&gt;。<br>第二行。" in page
    assert page.index('name="advice"') < page.index('data-guidance="advice"') < page.index('name="measures"')
    assert shown(editor_of(hebei)) == [(WHOLE, "hub"), (FIELD, "hub")]
    assert shown(editor_of(guangzhou, "articlepage", "tzgg")) == []


def test_an_editor_reads_it_in_one_statement_and_a_check_in_none(
    hub: Site, guangzhou: Site, django_assert_num_queries: Any
) -> None:
    from sites.pages.models import WarningPage

    say(hub)
    with in_site(guangzhou):
        form = WarningPage.get_edit_handler().get_form_class()(instance=WarningPage())
        with django_assert_num_queries(1):
            assert [note.note for note in form.fields[FIELD].guidance()] == ["分两段写。"]
            assert list(form.fields["title"].guidance()) == list(form.guidance_on(WHOLE)) == []


def test_the_screens_write_show_and_take_back(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    address = "/admin/network/guidance/"
    manager = client_of(hub, "manager")
    answer = manager.post(f"{address}{TYPE}/{FIELD}/", {"note": "总局的话。", "sample": "示例"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}{TYPE}/")
    assert manager.post(f"{address}{TYPE}/{FIELD}/", {"note": "", "sample": ""}).context["form"].errors["note"]
    province = client_of(guangdong, "manager")
    listed = province.get(f"{address}{TYPE}/").content.decode()
    assert shown(listed) == [(FIELD, "hub")]
    index = province.get(address).content.decode()
    assert re.search(rf'data-type="{TYPE}">.*?<td>1</td>\s*<td>—</td>', index, re.DOTALL)
    form = province.get(f"{address}{TYPE}/{FIELD}/").content.decode()
    assert "上级已有的指导" in form
    assert "收回本站的指导" not in form
    assert province.post(f"{address}{TYPE}/{FIELD}/retire/").status_code == 404
    assert told(guangzhou) == [("hub", "总局的话。")]
    assert manager.post(f"{address}{TYPE}/{FIELD}/retire/").status_code == 302
    assert told(guangzhou) == []
    for wrong in (f"{address}nothing/", f"{address}{TYPE}/nothing/"):
        assert manager.get(wrong).status_code == 404
    for site, name in ((guangzhou, "webmaster"), (guangdong, "editor")):
        assert client_of(site, name).get(address).status_code == 404
