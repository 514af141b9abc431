"""Reviewing: the review of a closed deal, for people to read."""

from collections.abc import Iterable
from datetime import tzinfo

import attrs
from rich.console import Console
from rich.table import Table

from dealflow.cli.options import AsOf
from dealflow.cli.tables import cell, cited, clocks, grid, say, show
from dealflow.replay.behaviour import Behaviour
from dealflow.replay.reasons import EndReason
from dealflow.replay.review import Contradiction, Review
from dealflow.replay.showing import Shown
from dealflow.replay.telling.beside import SIDES, closing_words
from dealflow.replay.telling.words import listed


def show_review(console: Console, review: Review, zone: tzinfo, as_of: AsOf) -> None:
    """Show both sides' reasons beside what the log shows, contradictions, the thresholds, how both sides acted."""
    say(console, f"{review.names(review.deal)} · {review.status} on {review.on} · deal {review.deal}")
    say(console, clocks(as_of, zone))
    show(console, _reasons(review.reasons))
    show(console, _log(review))
    if review.contradictions:
        show(console, _contradictions(review.contradictions))
    for line in closing_words(review):
        say(console, line)
    show(console, _behaviour(review.behaviour))
    if review.recorded is not None:
        told = attrs.asdict(review.recorded.value)
        say(console, f"Reviewed in record {review.recorded.record}: {told['key_points']}")


def _reasons(reasons: Iterable[EndReason]) -> Table:
    table = grid("What was said", "who", "reason", "about", ">record")
    for one in reasons:
        first = "" if one.primary else "also: "
        table.add_row(cell(SIDES[one.side]), cell(f"{first}{one.text}"), cell(listed(one.topics)), cell(one.record))
    if not table.rows:
        table.add_row(cell("nobody"), cell("no reason is on record"), cell(None), cell(None))
    return table


def _log(review: Review) -> Table:
    unsaid = {one.topic for one in review.unsaid}
    table = grid("What the log shows", "!about", "!stood", "what is on record", "!said", "records")
    for one in review.log:
        table.add_row(*map(cell, _line(one, said=one.topic not in unsaid)))
    return table


def _line(one: Shown, *, said: bool) -> tuple[object, ...]:
    named = "" if said else "by nobody"
    return one.topic, one.shows, one.text, named, cited(one.records)


def _contradictions(some: Iterable[Contradiction]) -> Table:
    table = grid("What contradicts what", "!", "", "records")
    for one in some:
        table.add_row(cell(one.name), cell(one.text), cell(cited(one.records)))
    return table


def _behaviour(behaviour: Behaviour) -> Table:
    table = grid("How both sides acted", "!", "", "records")
    for field in attrs.fields(Behaviour):
        name = field.name.replace("_", " ")
        for one in getattr(behaviour, field.name):
            table.add_row(cell(name), cell(one.text), cell(cited(one.records)))
            name = " "
    return table
