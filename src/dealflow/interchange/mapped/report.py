"""Report: what became of a folder of CSV files, in words."""

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import attrs

from dealflow.interchange.mapped.mapping import CsvMapping
from dealflow.interchange.mapped.reconciling import Difference
from dealflow.interchange.pipeline import Imported

DELIMITERS = MappingProxyType({",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"})
FEW = 8  # keys that are named in a line of text


@attrs.frozen
class FileRead:
    """One file: its rows, those that were there twice or are left out, and columns nothing was made of.

    *left_out* are the keys of rows that the mapping leaves out, *unsaid* counts commands that a row
    did not give because its cell for a needed field is empty.
    """

    file: str
    delimiter: str
    rows: int
    repeated: int
    left_out: tuple[str, ...]
    unsaid: int
    unmapped: tuple[str, ...]

    def __str__(self) -> str:
        notes = (
            (self.repeated, f"{self.repeated} said twice"),
            (len(self.left_out), f"{len(self.left_out)} left out by the mapping: {_some(self.left_out)}"),
            (self.unsaid, f"commands not given, for want of a value: {self.unsaid}"),
            (len(self.unmapped), f"columns not mapped: {', '.join(self.unmapped)}"),
        )
        said = [f"{self.rows} rows", DELIMITERS.get(self.delimiter, self.delimiter)]
        return f"{self.file}: {'; '.join([', '.join(said), *(text for count, text in notes if count)])}"


@attrs.frozen
class Report:
    """What an import of mapped files did, and what it leaves to be looked at.

    *ignored* are files that the mapping leaves aside, *strange* those it does not know; *left_out*
    counts what was said of rows that it leaves out.
    """

    system: str
    org: str
    imported: Imported
    files: tuple[FileRead, ...]
    ignored: tuple[str, ...]
    strange: tuple[str, ...]
    differences: tuple[Difference, ...]
    left_out: int = 0

    def lines(self) -> Iterator[str]:
        """Return the report as lines of text."""
        done = self.imported
        yield f"{self.system}, {self.org}: {done.records} records stored, from {done.stored} facts"
        yield f"{done.known} facts were known already, {done.quiet} changed nothing"
        yield from (str(file) for file in self.files)
        if self.ignored:
            yield f"ignored, as the mapping says: {', '.join(self.ignored)}"
        if self.strange:
            yield f"not in the mapping: {', '.join(self.strange)}"
        if self.left_out:
            yield f"{self.left_out} facts left out, about rows that the mapping leaves out"
        if done.rejects:
            yield f"{len(done.rejects)} streams set aside, with what stands against them"
        yield f"{len(self.differences)} differences between the source's current rows and their history"
        yield from (str(difference) for difference in self.differences)


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def unmapped(directory: Path, mapping: CsvMapping) -> Iterator[str]:
    """Return the CSV files of a folder that the mapping says nothing of."""
    known = {*(file.path for file in mapping.files.values()), *mapping.ignore}
    for path in sorted(directory.iterdir()):
        if path.suffix.casefold() in {".csv", ".tsv"} and path.name not in known:
            yield path.name
