"""A disk that loses its power: what SQLite wrote since its last sync is kept, lost or torn by sectors, as chance will have it.

Every write of SQLite passes a shim (apsw's VFS). A cut is a place in that record: what was synced before it is on the disk, of what
was not each sector of 512 bytes may be there or not, in any order. Then the real library opens what is left.
"""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import apsw

SECTOR = 512


class Step(NamedTuple):
    """`write`, `truncate`, `sync` or `delete` of a file, or `kept`: a commit was acknowledged."""

    what: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


class Disk:
    """Records all that SQLite does to the files of one database."""

    def __init__(self, path: Path) -> None:
        self.path, self.start = path, path.read_bytes()
        self.steps: list[Step] = []
        self.vfs = _Vfs(f"power-{path.parent.name}", self.steps)

    def run(self, pragmas: Sequence[str], transactions: Sequence[Sequence[str]], each: Callable[[], None]) -> None:
        """The same statements with the product's own pragmas. `each` looks at the files after an acknowledged commit."""
        connection = apsw.Connection(str(self.path), vfs=self.vfs.vfs_name)
        # The shim has no shared memory, so one process alone; small checkpoints, so that there are many.
        for pragma in ("locking_mode=EXCLUSIVE", *pragmas, "wal_autocheckpoint=60"):
            connection.execute(f"PRAGMA {pragma}")
        for statements in transactions:
            for statement in statements:
                connection.execute(statement)
            self.steps.append(Step("kept"))
            each()
        connection.close()


class _Vfs(apsw.VFS):
    def __init__(self, name: str, steps: list[Step]) -> None:
        self.vfs_name, self.steps = name, steps
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> "_File":  # noqa: N802
        return _File(name, flags, self.steps)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.steps.append(Step("delete", _which(filename)))
        super().xDelete(filename, syncdir)


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], steps: list[Step]) -> None:
        super().__init__("", name, flags)
        self.steps = steps
        self.file = _which(name if isinstance(name, str | None) else name.filename())

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.steps.append(Step("write", self.file, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self.steps.append(Step("truncate", self.file, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.steps.append(Step("sync", self.file))
        super().xSync(flags)


def _which(name: str | None) -> str:
    return "temp" if name is None else "-wal" if name.endswith("-wal") else "-journal" if name.endswith("-journal") else ""


def cut(disk: Disk, at: int, left: Path, chance: random.Random) -> int:
    """What the disk holds after a cut before step `at`, written to `left`. How many commits had been acknowledged."""
    safe, waiting = {"": bytearray(disk.start)}, []
    for step in disk.steps[:at]:
        if step.what == "sync":
            for late in (one for one in waiting if one.file == step.file):
                _apply(safe, late)
            waiting = [one for one in waiting if one.file != step.file]
        elif step.what == "delete":
            safe.pop(step.file, None)
            waiting = [one for one in waiting if one.file != step.file]
        elif step.what != "kept":
            waiting.append(step)
    share = chance.choice((0.0, 0.5, 1.0, chance.random()))
    for part in _sectors(waiting):
        if chance.random() < share:
            _apply(safe, part)
    for suffix, held in safe.items():
        if suffix != "temp":
            left.with_name(left.name + suffix).write_bytes(held)
    return sum(step.what == "kept" for step in disk.steps[:at])


def _sectors(steps: Sequence[Step]) -> list[Step]:
    parts = []
    for step in steps:
        if step.what != "write":
            parts.append(step)
            continue
        edges = [0, *range(SECTOR - step.offset % SECTOR, len(step.data), SECTOR), len(step.data)]
        parts += [step._replace(offset=step.offset + a, data=step.data[a:b]) for a, b in pairwise(edges)]
    return parts


def _apply(files: dict[str, bytearray], step: Step) -> None:
    held = files.setdefault(step.file, bytearray())
    if step.what == "truncate":
        del held[step.offset :]
        return
    held.extend(bytes(max(0, step.offset - len(held))))
    held[step.offset : step.offset + len(step.data)] = step.data
