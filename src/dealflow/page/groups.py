"""Groups: the tracks of a deal as rows of pictures, in the order in which they are read."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import attrs

from dealflow.page import curves, lanes, meetings
from dealflow.page.cells import spoken, words
from dealflow.page.drawing import Drawing
from dealflow.projections.warnings import WARNINGS
from dealflow.projections.warnings.judging import Severity, WarningState
from dealflow.replay.frames import ContactAt, ObjectionAt, PromiseAt


@attrs.frozen
class Row:
    """A picture along the axis, and the tracks it shows: what they hold at the playhead stands beside it."""

    title: str
    keys: tuple[str, ...]
    svg: str


@attrs.frozen
class Group:
    """Rows that belong together; *keys* are the tracks told in the table beside them, *folded* ones open on demand."""

    id: str
    title: str
    rows: tuple[Row, ...]
    keys: tuple[str, ...]
    legend: str = ""
    folded: bool = False


def groups(drawing: Drawing) -> tuple[Group, ...]:
    """Return the groups of which there is anything to be seen."""
    found = (_stage, _money, _people, _health, _warnings, _objections, _contacts, _promises, _rivals)
    return tuple(group for make in found if (group := make(drawing)).rows)


def title(drawing: Drawing, key: str) -> str:
    """Name a track."""
    kind, _, rest = key.partition(":")
    if kind in {"seat", "reports", "influences"}:
        person = drawing.names(UUID(rest.partition("/")[0]))
        return {"seat": person, "reports": f"{person} reports to", "influences": f"{person} influences"}[kind]
    if kind in {"warning", "threshold"}:
        return spoken(rest)
    if kind == "rival":
        return rest
    last = drawing.areas(key)[-1].value
    match last:
        case ObjectionAt():
            return spoken(last.topic)
        case PromiseAt():
            return last.what
        case ContactAt():
            return f"{spoken(last.channel)} {_since(drawing, key)}"
        case _:
            return _TITLES.get(key, spoken(key))


def _since(drawing: Drawing, key: str) -> str:
    first = min((drawing.values(key) or drawing.areas(key)), key=lambda one: one.happened)
    return drawing.tracks.happened[first.happened[0]].on.isoformat()


_TITLES = {
    "bid": "our bid",
    "gap": "gap to the lowest bid",
    "close": "close expected",
    "support": "support surface",
    "composite": "composite closeness",
    "relationship": "relationship closeness",
    "solution": "solution acceptance",
    "price": "price acceptance",
    "silent": "silence",
}


def _stage(drawing: Drawing) -> Group:
    rows = (Row("Stage", ("stage", "status"), lanes.stage(drawing)),)
    return Group("stage", "Course", rows, _there(drawing, "stage", "status"), legend=_lengths(drawing))


def _lengths(drawing: Drawing) -> str:
    """Say how long stays usually last, of the milestones that the deal ever came to."""
    came = dict.fromkeys(one.value for one in drawing.values("stage"))
    known = [f"{spoken(key)} {days} days" for key in came if (days := drawing.tracks.usual.get(key)) is not None]
    return f"thin bar: the usual length by the playbook ({', '.join(known)})" if known else ""


def _money(drawing: Drawing) -> Group:
    return Group(
        "money",
        "Money",
        tuple(_money_rows(drawing)),
        _there(drawing, "amount", "bid", "gap", "close"),
        legend="◆ our bid  ● a rival's bid, when we learnt it",
    )


def _money_rows(drawing: Drawing) -> Iterator[Row]:
    picture = curves.money(drawing)
    if picture is not None:
        yield Row("Amount", _there(drawing, "amount", "bid"), picture)
    for key, name in (("gap", "Gap to the lowest bid"), ("close", "Close expected")):
        if key in _there(drawing, key):
            yield Row(name, (key,), lanes.lane(drawing, name, key, lanes.plain_bar(drawing, key)))


def _people(drawing: Drawing) -> Group:
    rows = tuple(attrs.evolve(one, keys=()) for one in _lanes(drawing, drawing.keys("seat"), lanes.seat))
    return Group("people", "People", rows, drawing.keys("seat", "reports", "influences"))


def _health(drawing: Drawing) -> Group:
    rows = [
        Row("Support", ("support",), curves.share(drawing)),
        Row("Closeness", curves.NEAR, curves.nearness(drawing)),
    ]
    rows += _lanes(drawing, drawing.keys("threshold"), lanes.threshold)
    rows += _lanes(drawing, drawing.keys("level"), lanes.level)
    keys = drawing.keys("support", *curves.NEAR, "threshold", "level")
    return Group("health", "Support, closeness and thresholds", tuple(rows), keys)


def _warnings(drawing: Drawing) -> Group:
    graves = {f"warning:{one.name}": one.severity for one in WARNINGS}
    keys = [key for key in drawing.keys("warning") if WarningState.UP in drawing.ever(key)]
    rows = tuple(
        row for key in keys for row in _lanes(drawing, [key], lanes.warning(_STYLES[graves.get(key, Severity.WATCH)]))
    )
    return Group("warnings", f"Warnings that were up ({len(rows)})", rows, tuple(keys), folded=True)


_STYLES = {Severity.WATCH: "watch", Severity.DANGER: "danger"}


def _objections(drawing: Drawing) -> Group:
    keys = drawing.keys("objection")
    early = any(value.early for key in keys for value in drawing.ever(key))
    rows = tuple(_lanes(drawing, keys, lanes.objection))
    return Group("objections", "Objections", rows, keys, legend=EARLY if early else "")


EARLY = "⚑ to the price, before any problem of theirs had a cost"


def _contacts(drawing: Drawing) -> Group:
    keys = drawing.keys("contact")
    silent = _there(drawing, "silent")
    rows = tuple(
        Row(spoken(channel), () if number else silent, meetings.meetings(drawing, channel))
        for number, channel in enumerate(meetings.channels(drawing))
    )
    return Group("contacts", "Contacts", rows, (*keys, *silent), legend=SIGNS)


SIGNS = (
    "★ order  ▲ advance  ● continuation  ■ no sale  ○ held, not concluded  ◌ planned  ✕ missed  "
    "⊘ cancelled  ⌀ nobody reached  hatched: silence"
)


def _promises(drawing: Drawing) -> Group:
    keys = drawing.keys("promise")
    rows = tuple(_lanes(drawing, keys, lanes.promise))
    return Group("promises", f"Promises of ours ({len(rows)})", rows, keys, folded=True)


def _rivals(drawing: Drawing) -> Group:
    keys = drawing.keys("rival")
    rows = tuple(_lanes(drawing, keys, lanes.rival))
    return Group("rivals", f"Competitors ({len(rows)})", rows, keys, folded=True)


def _lanes(drawing: Drawing, keys: Sequence[str], look: lanes.Looks) -> Iterator[Row]:
    for key in keys:
        name = title(drawing, key)
        yield Row(name, (key,), lanes.lane(drawing, name, key, look))


def _there(drawing: Drawing, *keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys if drawing.areas(key))


# The table beside the pictures


@attrs.frozen
class Told:
    """A row of the table: what was so from one day until another, or still."""

    title: str
    since: str
    until: str
    words: str


def told(drawing: Drawing, keys: Sequence[str]) -> tuple[Told, ...]:
    """Tell the tracks of a group in words, as known in the end."""
    return tuple(_told(drawing, keys))


def _told(drawing: Drawing, keys: Sequence[str]) -> Iterator[Told]:
    stops = drawing.tracks.happened
    for key in keys:
        name = title(drawing, key)
        for one in drawing.values(key):
            first, last = one.happened
            until = "still" if last + 1 == len(stops) else stops[last + 1].on.isoformat()
            yield Told(name, stops[first].on.isoformat(), until, words(key, one.value, drawing.names))
