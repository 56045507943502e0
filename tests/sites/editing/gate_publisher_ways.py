"""Ways round the publisher, where publishing is an act of its own; each writes past the application's own checks."""

from __future__ import annotations

from collections.abc import Sequence

from sites.accounts.models import Staff
from sites.editing.actions import approve, write_decision
from sites.editing.models import Duty, Outcome
from sites.editing.releasing import publish_waiting
from sites.pages.models import ColumnPage
from tests.factories.publishing import PERSON, approve_all, publish_apart, waiting_step, with_publisher
from tests.sites.editing.gate_scene import Scene, in_force
from tests.sites.editing.gate_ways import way

UNPUBLISHED = "was not published by a publisher"
REVIEWS = [("reviewer", Duty.FIRST), ("final", Duty.FINAL), ("secrecy", Duty.SECRECY)]
RELEASE = (PERSON, Duty.PUBLISH)


def publish_as_the_publisher(scene: Scene) -> bool:
    publish_apart()
    person = with_publisher()
    approve_all(scene.article("draft"))
    step = waiting_step(scene.article("draft"))
    assert not scene.page("draft").live
    publish_waiting(step.pk, step.revision_id, acting_user=person)
    return scene.page("draft").live and in_force(scene.keys["draft"])


def publish_with(scene: Scene, decisions: Sequence[tuple[str, Duty]], *, outcome: Outcome = Outcome.APPROVE) -> None:
    """Record these decisions on the draft, the last with its outcome; put it on line, ask for the approval."""
    revision = scene.article("draft").get_latest_revision()
    for number, (username, duty) in enumerate(decisions, start=1):
        write_decision(
            revision.pk,
            person=Staff.objects.get(username=username),
            duty=duty,
            outcome=outcome if number == len(decisions) else Outcome.APPROVE,
            comment="",
        )
    revision.publish(user=None)
    approve("review", [scene.keys["draft"]])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def leave_the_publisher_out(scene: Scene) -> None:
    publish_apart("tzgg")
    publish_with(scene, REVIEWS)


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def publish_without_the_duty(scene: Scene) -> None:
    publish_apart()
    publish_with(scene, [*REVIEWS, RELEASE])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def publish_with_the_duty_elsewhere(scene: Scene) -> None:
    publish_apart()
    with_publisher(PERSON, "flfg")
    publish_with(scene, [*REVIEWS, RELEASE])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def publish_what_one_wrote(scene: Scene) -> None:
    publish_apart()
    with_publisher("editor")
    publish_with(scene, [*REVIEWS, ("editor", Duty.PUBLISH)])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def publish_what_one_reviewed(scene: Scene) -> None:
    publish_apart()
    with_publisher("final")
    publish_with(scene, [*REVIEWS, ("final", Duty.PUBLISH)])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def publish_with_a_closed_account(scene: Scene) -> None:
    publish_apart()
    with_publisher()
    Staff.objects.filter(username=PERSON).update(is_active=False)
    publish_with(scene, [*REVIEWS, RELEASE])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def publish_before_the_last_approval(scene: Scene) -> None:
    publish_apart()
    with_publisher()
    publish_with(scene, [*REVIEWS[:2], RELEASE, REVIEWS[2]])


@way("publisher", publish_as_the_publisher, refusal=UNPUBLISHED)
def move_to_where_a_publisher_publishes(scene: Scene) -> None:
    publish_apart("gzdt")
    scene.page("draft").move(ColumnPage.objects.get(key="gzdt"), pos="last-child")
    publish_with(scene, REVIEWS)


@way("publisher", publish_as_the_publisher, refusal="has no secrecy check|was approved by 1 people")
def count_the_publisher_as_a_reviewer(scene: Scene) -> None:
    publish_apart()
    with_publisher()
    publish_with(scene, [REVIEWS[2], RELEASE])


@way("publisher", publish_as_the_publisher, refusal="has no secrecy check")
def publish_what_the_publisher_returned(scene: Scene) -> None:
    publish_apart()
    with_publisher()
    publish_with(scene, [*REVIEWS, RELEASE], outcome=Outcome.RETURN)
