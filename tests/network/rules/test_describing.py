"""The page of the rules says what the files say."""

from __future__ import annotations

import re
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from network.rules.describing import rules_page
from network.rules.loading import read_rules
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.tenancy
PAGE = ROOT / "docs" / "reference" / "rules.md"


def test_the_page_is_as_the_command_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(), (
        "run: manage.py describe_rules --to docs/reference/rules.md"
    )


def test_the_page_counts_how_sure_the_entries_are() -> None:
    counted = Counter(rule.sure for rule in read_rules())
    told = {
        key: int(number) for key, number in re.findall(r"^\| \S+ \| `(\w+)` \| (\d+) \|$", rules_page(), re.MULTILINE)
    }
    assert told == {"sourced": 0, "one_place": 0, "inferred": 0, "proposal": 0, "to_be_confirmed": 0, **counted}
    assert f"| 合计 | | {sum(counted.values())} |" in rules_page()


def test_the_command_writes_where_it_is_told(tmp_path: Path) -> None:
    out = StringIO()
    call_command("describe_rules", to=tmp_path / "rules.md", stdout=out)
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == rules_page()
    call_command("describe_rules", stdout=out)
    assert out.getvalue().endswith(rules_page())
