"""The guidance of the demo names fields that the editor has, and is loaded once."""

from __future__ import annotations

import pytest

from deploy.demo.guidance import load_guidance, read_guidance
from network.guidance.models import Guidance
from network.tenancy.api import Site
from tests.factories.places import SEEDED

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def test_every_note_is_accepted_and_loaded_once(hub: Site) -> None:
    wanted = [entry for entry in read_guidance() if entry["site"] in SEEDED]
    assert load_guidance(report=lambda line: None) == len(wanted) > 5
    assert load_guidance(report=lambda line: None) == 0
    assert Guidance.objects.count() == len(wanted)
