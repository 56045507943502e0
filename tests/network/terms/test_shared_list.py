"""The hub's list of words: the hub's network manager edits it, nobody else; nothing is deleted."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, in_site
from network.terms.actions import add_shared_term, retire_shared_term
from network.terms.models import SharedTerm, TermKind
from network.terms.words import clean_facts, normal_text
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
WORD = {"kind": "confusable", "word": "按装", "use_instead": "安装"}


def test_the_hub_adds_a_word_and_leaves_a_row_in_the_log(hub: Site) -> None:
    with in_site(hub):
        term = add_shared_term(acting_user=staff(hub, "manager"), site=hub, **WORD)
    assert (term.word, term.use_instead, term.retired_at) == ("按装", "安装", None)
    entry = AuditEntry.objects.filter(act="term.add").latest("pk")
    assert (entry.site, entry.person, entry.object_title) == ("hub", "manager", "按装")


def test_a_province_and_another_duty_do_not_touch_the_list(hub: Site, guangdong: Site) -> None:
    before = SharedTerm.objects.count()
    with in_site(guangdong), pytest.raises(NotAllowed, match="全群词表由总站维护"):
        add_shared_term(acting_user=staff(guangdong, "manager"), site=guangdong, **WORD)
    with in_site(hub), pytest.raises(NotAllowed):
        add_shared_term(acting_user=staff(hub, "webmaster"), site=hub, **WORD)
    assert SharedTerm.objects.count() == before


def test_a_word_in_use_is_not_added_twice_a_retired_one_may_come_back(hub: Site) -> None:
    manager = staff(hub, "manager")
    with in_site(hub):
        term = add_shared_term(acting_user=manager, site=hub, **WORD)
        with pytest.raises(InvalidValue, match="“按装”已在词表中"):
            add_shared_term(acting_user=manager, site=hub, **WORD)
        assert SharedTerm.objects.filter(word="按装").count() == 1
        retire_shared_term(term.pk, acting_user=manager, site=hub)
        again = add_shared_term(acting_user=manager, site=hub, **WORD)
        with pytest.raises(InvalidValue, match="没有这个在用的词语"):
            retire_shared_term(term.pk, acting_user=manager, site=hub)
    assert SharedTerm.objects.filter(word="按装", retired_at=None).get() == again


def test_nothing_is_deleted(hub: Site) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        SharedTerm.objects.all().delete()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": "other"}, "类别“other”不在所列之内"),
        ({"word": "装"}, "词语“装”应为 2 至 60 个字"),
        ({"use_instead": "按装"}, "“按装”与改用的写法相同"),
        ({"document": "某文件"}, "依据须同时写明文件和条款"),
        ({"exceptions": "按装机\n安装"}, "“安装”应当含有“按装”"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_value(facts: dict[str, str], said: str) -> None:
    assert clean_facts(**WORD)["word"] == "按装"
    with pytest.raises(InvalidValue, match=said):
        clean_facts(**{**WORD, **facts})


def test_an_expression_that_holds_the_word_is_its_own_exception() -> None:
    cleaned = clean_facts(kind="wrong_name", word="监督局", use_instead="监督局机关")
    assert cleaned["exceptions"] == "监督局机关"


def test_texts_are_compared_without_width_and_hidden_signs() -> None:
    assert normal_text("ＡＢ１\u200b２") == "AB12"


def test_the_list_that_is_shipped_holds(hub: Site) -> None:
    """Every entry could have been typed; without a source it is there as a proposal."""
    terms = list(SharedTerm.objects.all())
    assert {term.kind for term in terms} == set(TermKind.values)
    for term in terms:
        facts = {name: getattr(term, name) for name in ("kind", "word", "use_instead", "exceptions", "document")}
        assert clean_facts(clause=term.clause, **facts)["word"] == term.word
    assert [term.word for term in terms if term.kind in ("wrong_name", "banned") and not term.document] == []


def test_the_screens_add_find_and_retire(hub: Site, guangdong: Site) -> None:
    client = client_of(hub, "manager")
    answer = client.post("/admin/network/terms/add/", WORD)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/network/terms/")
    page = client.get("/admin/network/terms/?q=按装").content.decode()
    term = SharedTerm.objects.get(word="按装")
    assert f'data-term="{term.pk}"' in page
    assert client.post("/admin/network/terms/add/", WORD).context["form"].errors["word"]
    assert client.post(f"/admin/network/terms/{term.pk}/retire/").status_code == 302
    assert f'data-term="{term.pk}"' not in client.get("/admin/network/terms/?q=按装").content.decode()
    assert client_of(guangdong, "manager").get("/admin/network/terms/").status_code == 404


def test_pages_of_the_list_keep_what_it_was_narrowed_by(hub: Site) -> None:
    SharedTerm.objects.bulk_create(
        SharedTerm(kind="confusable", word=f"错词{number}", added_by="tests") for number in range(101)
    )
    page = client_of(hub, "manager").get("/admin/network/terms/?q=错词&kind=confusable").content.decode()
    assert "q=%E9%94%99%E8%AF%8D&amp;kind=confusable&amp;p=2" in page
