"""Index numbers follow each other without a gap, once and for ever, each series its organisation's."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.numbering.actions import change_scheme, issue_number, issue_numbers, keep_numbers
from network.numbering.models import IndexNumber, IndexScheme, IndexSeries
from network.numbering.queries import index_number, scheme_of
from network.tenancy.api import Site, in_site
from tests.factories.kept_pages import token_of
from tests.factories.people import staff

pytestmark = pytest.mark.tenancy
ORGANISATION = "000014349"


def use_code(site: Site, code: str = ORGANISATION, pattern: str = "national") -> None:
    with in_site(site):
        change_scheme(acting_user=staff(site, "webmaster"), site=site, organisation=code, pattern=pattern)


@pytest.mark.django_db
@time_machine.travel("2026-05-04 10:00+08:00", tick=False)
def test_numbers_follow_each_other_in_the_form_of_the_pattern(guangdong: Site) -> None:
    use_code(guangdong)
    first, second = uuid.uuid4(), uuid.uuid4()
    assert issue_number(first, site=guangdong) == "000014349/2026-00001"
    assert issue_number(second, site=guangdong) == "000014349/2026-00002"
    assert index_number(first) == "000014349/2026-00001"
    assert issue_number(first, site=guangdong) == "000014349/2026-00001"
    assert IndexSeries.objects.get(organisation=ORGANISATION).last == 2


@pytest.mark.django_db
def test_each_year_and_each_organisation_has_its_own_series(guangdong: Site, hebei: Site) -> None:
    use_code(guangdong)
    use_code(hebei, "000014350")
    with time_machine.travel("2026-12-31 23:59+08:00", tick=False):
        assert issue_number(uuid.uuid4(), site=guangdong) == "000014349/2026-00001"
        assert issue_number(uuid.uuid4(), site=hebei) == "000014350/2026-00001"
    with time_machine.travel("2027-01-01 00:00+08:00", tick=False):
        assert issue_number(uuid.uuid4(), site=guangdong) == "000014349/2027-00001"


@pytest.mark.django_db
@time_machine.travel("2026-05-04 10:00+08:00", tick=False)
def test_another_pattern_of_the_rules_may_be_chosen_and_old_numbers_stay(guangdong: Site) -> None:
    use_code(guangdong)
    old = uuid.uuid4()
    issue_number(old, site=guangdong)
    use_code(guangdong, pattern="guangdong")
    assert issue_number(uuid.uuid4(), site=guangdong) == "11440000000014349/2026-00002"
    assert index_number(old) == "000014349/2026-00001"


@pytest.mark.django_db
def test_a_site_without_a_scheme_uses_its_site_code(guangdong: Site) -> None:
    scheme = scheme_of(guangdong)
    assert (scheme.organisation, scheme.pattern, scheme.is_own) == (
        guangdong.site_code, "{organisation}/{year}-{serial}", False,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_site_without_any_code_issues_nothing_until_it_has_one(guangdong: Site) -> None:
    content = uuid.uuid4()
    guangdong.site_code = None
    assert issue_number(content, site=guangdong) == ""
    assert not IndexNumber.objects.exists()
    use_code(guangdong)
    assert issue_number(content, site=guangdong).startswith("000014349/")


@pytest.mark.django_db
def test_many_are_issued_in_their_order_with_one_row_in_the_log(guangdong: Site) -> None:
    use_code(guangdong)
    contents = [uuid.uuid4() for _ in range(3)]
    held = issue_number(contents[1], site=guangdong)
    numbers = issue_numbers(contents, site=guangdong)
    assert [numbers[content][-5:] for content in contents] == ["00002", "00001", "00003"]
    assert numbers[contents[1]] == held
    assert AuditEntry.objects.filter(act="index_number.issue").count() == 2


@pytest.mark.django_db
def test_a_publish_that_is_rolled_back_leaves_no_gap(guangdong: Site) -> None:
    use_code(guangdong)

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        assert issue_number(uuid.uuid4(), site=guangdong).endswith("-00001")
        raise Stop
    assert issue_number(uuid.uuid4(), site=guangdong).endswith("-00001")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.network_numbering_indexnumber SET number = 'another'",
        "DELETE FROM public.network_numbering_indexnumber",
        "TRUNCATE public.network_numbering_indexnumber",
        "UPDATE public.network_numbering_indexseries SET last = 0",
        "DELETE FROM public.network_numbering_indexseries",
    ],
)
def test_nothing_that_was_issued_is_changed_or_given_up(guangdong: Site, statement: str) -> None:
    use_code(guangdong)
    number = issue_number(uuid.uuid4(), site=guangdong)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert IndexNumber.objects.get().number == number


@pytest.mark.django_db(transaction=True)
def test_the_owner_does_not_change_a_number_either(guangdong: Site, owner: Any) -> None:
    use_code(guangdong)
    number = issue_number(uuid.uuid4(), site=guangdong)
    with owner():
        for statement in (
            "UPDATE public.network_numbering_indexnumber SET number = 'another'",
            "DELETE FROM public.network_numbering_indexnumber",
            "TRUNCATE public.network_numbering_indexnumber",
        ):
            with pytest.raises(IntegrityError, match="issued once"), transaction.atomic():
                connection.cursor().execute(statement)
    assert IndexNumber.objects.get().number == number


@pytest.mark.django_db
def test_the_database_gives_the_serial_whatever_a_row_asks_for(guangdong: Site) -> None:
    row = IndexNumber.objects.create(
        content_id=uuid.uuid4(), site="guangdong", organisation=ORGANISATION, year=2026, serial=77, number="mine",
        pattern="{organisation}/{year}-{serial}",
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.serial, row.number) == (1, "000014349/2026-00001")


@pytest.mark.django_db
def test_a_content_has_one_number_and_a_refused_row_leaves_no_gap(guangdong: Site) -> None:
    use_code(guangdong)
    content = uuid.uuid4()
    issue_number(content, site=guangdong)
    with pytest.raises(IntegrityError), transaction.atomic():
        IndexNumber.objects.create(
            content_id=content, site="guangdong", organisation=ORGANISATION, year=2026, pattern="{serial}"
        )
    assert issue_number(uuid.uuid4(), site=guangdong).endswith("-00002")


@pytest.mark.django_db
def test_more_than_five_places_are_written_whole(guangdong: Site) -> None:
    keep_numbers(
        [{"content_id": uuid.uuid4(), "organisation": ORGANISATION, "year": 2026, "serial": 99_999,
          "pattern": "{serial}", "number": "000014349/2026-99999"}],
        site=guangdong,
    )  # fmt: skip
    use_code(guangdong)
    with time_machine.travel("2026-05-04 10:00+08:00", tick=False):
        assert issue_number(uuid.uuid4(), site=guangdong) == "000014349/2026-100000"


@pytest.mark.django_db
def test_numbers_of_an_archive_stay_and_one_of_another_content_is_refused(guangdong: Site) -> None:
    row = {"content_id": uuid.uuid4(), "organisation": ORGANISATION, "year": 2025, "serial": 7,
           "pattern": "{organisation}/{year}-{serial}", "number": "000014349/2025-00007"}  # fmt: skip
    assert keep_numbers([row], site=guangdong) == 1
    assert keep_numbers([row], site=guangdong) == 0
    with pytest.raises(InvalidValue, match="与本系统其他信息的索引号重复"):
        keep_numbers([{**row, "content_id": uuid.uuid4()}], site=guangdong)
    assert IndexNumber.objects.count() == 1


@pytest.mark.django_db
def test_a_code_belongs_to_one_site_and_is_the_webmasters_to_set(guangdong: Site, hebei: Site) -> None:
    use_code(guangdong)
    with pytest.raises(InvalidValue, match="机构代码“000014349”已由其他站点使用"):
        use_code(hebei)
    with in_site(hebei), pytest.raises(NotAllowed):
        change_scheme(acting_user=staff(hebei, "editor"), site=hebei, organisation="000014350", pattern="national")
    with pytest.raises(InvalidValue, match="应为 4 至 30 位"):
        use_code(hebei, "机构")
    with pytest.raises(InvalidValue, match="编号格式“other”不在规则之内"):
        use_code(hebei, "000014350", "other")
    assert IndexScheme.objects.values_list("site", flat=True).get() == "guangdong"
    use_code(hebei, "000014350")


@pytest.mark.django_db(transaction=True)
def test_pages_that_are_kept_do_not_outlive_a_number(guangdong: Site, hebei: Site) -> None:
    kept_under, elsewhere = token_of(guangdong), token_of(hebei)
    issue_number(uuid.uuid4(), site=guangdong)
    assert token_of(guangdong) != kept_under
    assert token_of(hebei) == elsewhere


@pytest.mark.django_db(transaction=True)
def test_publishing_at_once_leaves_no_gap_and_no_duplicate(guangdong: Site) -> None:
    use_code(guangdong)
    start = threading.Barrier(5)
    shared = uuid.uuid4()
    failures: list[Exception] = []

    def publish(gives_up: bool) -> None:
        try:
            start.wait()
            for turn in range(6):
                try:
                    with transaction.atomic():
                        issue_number(shared if turn == 3 else uuid.uuid4(), site=guangdong)
                        if gives_up and turn % 2:
                            raise InvalidValue("rolled back")
                except InvalidValue:
                    pass
        except Exception as error:  # noqa: BLE001  the test shows what a thread met
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=(number == 0,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    serials = sorted(IndexNumber.objects.values_list("serial", flat=True))
    assert serials == list(range(1, len(serials) + 1))
    assert len(serials) == 4 * 5 + 3 + 1
