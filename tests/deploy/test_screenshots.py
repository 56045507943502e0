"""What the sheets of pages must show."""

from __future__ import annotations

from deploy.demo.typed import TYPES as SAMPLED
from deploy.demo.typed import read_typed
from deploy.screenshots.sheet import TYPES
from sites.pages.models import CONTENT_TYPES, ArticlePage


def test_the_sheet_of_types_shows_every_page_type_once() -> None:
    names = [str(model._meta.verbose_name) for model in CONTENT_TYPES if model is not ArticlePage]

    assert sorted(kind.name for kind in TYPES) == sorted(names)


def test_every_picture_of_a_type_is_of_a_sample_that_the_demo_has() -> None:
    samples = {
        (entry["site"], entry["column"], entry["key"]): str(SAMPLED[entry["type"]]._meta.verbose_name)
        for entry in read_typed()
    }

    for kind in TYPES:
        assert samples[kind.sites[0], kind.path, kind.key] == kind.name
