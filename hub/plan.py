"""What a hub must have for so many students: computed from what a class took, and from settings.yml."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MEASURED = HERE / "measured.json"
# Sizes are rounded up to so many MiB, shares of a processor to hundredths.
STEP, HUNDREDTHS = 64, 100
GIB = 1024  # MiB
# So many times the least memory is as good, where it is on fewer machines.
AS_GOOD = 1.25


def up(number: float, step: float) -> float:
    """The next multiple of a step.

    >>> up(431.2, 64), up(448, 64)
    (448, 448)
    """
    return math.ceil(number / step) * step


@dataclass(frozen=True)
class Measured:
    """What a student of a class took, and the hub and its proxy: MiB, and seconds of processors."""

    pss: float
    peak: float
    cpu: float
    students: int
    alone_pss: float
    hub: float
    hub_each: float
    hub_cpu: float
    proxy: float
    proxy_each: float


def measured(found: dict[str, Any], kind: str) -> Measured:
    """The figures of one kind of chapter, with torch or without."""
    alone, full = found["classes"][kind]["alone"], found["classes"][kind]["at once"]
    number = full["students"]

    def grown(part: str) -> float:
        return max(0.0, full[part]["PSS MiB"] - full[part]["PSS MiB before"]) / number

    return Measured(
        pss=full["a student"]["PSS MiB"],
        peak=max(alone["a student"]["peak MiB"], full["a student"]["peak MiB"]),
        cpu=full["a student"]["CPU seconds"],
        students=number,
        alone_pss=alone["a student"]["PSS MiB"],
        hub=full["hub"]["PSS MiB before"],
        hub_each=grown("hub"),
        hub_cpu=full["hub"]["CPU seconds"] / number,
        proxy=full["proxy"]["PSS MiB before"],
        proxy_each=grown("proxy"),
    )


def largest(found: dict[str, Any], kind: str) -> float:
    """The most that the kernel of any chapter of that kind held, in MiB."""
    torch = kind == "with torch"
    return float(max(it["peak MiB"] for it in found["chapters"].values() if it["torch"] == torch))


@dataclass(frozen=True)
class Limits:
    """What each server is promised and may take: MiB, and processors."""

    memory_guarantee: int
    memory_limit: int
    cores_guarantee: float
    cores_limit: float


def limits(it: Measured, settings: dict[str, Any]) -> Limits:
    """Promise what was taken, allow a margin over the most."""
    share = it.cpu / (settings["arrival_minutes"] * 60)
    return Limits(
        memory_guarantee=int(up(max(it.pss, it.alone_pss), STEP)),
        memory_limit=int(up(it.peak * settings["memory_margin"], STEP)),
        cores_guarantee=up(share * HUNDREDTHS, 1) / HUNDREDTHS,
        cores_limit=float(settings["cores_limit"]),
    )


@dataclass(frozen=True)
class Row:
    """The plan for a class: how many have servers, what that takes, and on which machines it fits."""

    students: int
    together: int
    memory: float  # GiB promised, hub and proxy among them
    cores: float
    machines: int
    size: tuple[int, int]
    room: float  # how many times what was promised the machines hold
    wait: float  # seconds until all have run a chapter, where they all begin in the same moment
    hub: float  # minutes of the hub's one process until all have a server

    @property
    def on(self) -> str:
        """The machines in words."""
        return f"{self.machines} × {self.size[0]} cores, {self.size[1]} GiB"


def row(students: int, it: Measured, settings: dict[str, Any]) -> Row:
    """The smallest machine that holds a class alone, or else the fewest of those with about the least memory in all."""
    each = limits(it, settings)
    together = math.ceil(students * settings["together"][students])
    usable = settings["usable"]
    own = it.hub + it.proxy + together * (it.hub_each + it.proxy_each)
    cores = together * it.cpu / (settings["arrival_minutes"] * 60)

    def number(size: tuple[int, int]) -> int:
        # A server is on one machine whole; the hub and its proxy are counted as servers of their own size.
        fit = int(size[1] * GIB * usable // each.memory_guarantee)
        by_memory = math.ceil((together + own / each.memory_guarantee) / fit)
        return max(by_memory, math.ceil(cores / (size[0] * usable)))

    sizes = [(int(cores), int(memory)) for cores, memory in settings["machines"]]
    alone = [size for size in sizes if number(size) == 1]
    least = min(number(size) * size[1] for size in sizes)
    size = min(alone) if alone else min(
        (size for size in sizes if number(size) * size[1] <= least * AS_GOOD), key=number
    )  # fmt: skip
    promised = together * each.memory_guarantee + own
    return Row(
        students=students,
        together=together,
        memory=promised / GIB,
        cores=cores,
        machines=number(size),
        size=size,
        room=number(size) * size[1] * GIB * usable / promised,
        wait=together * it.cpu / (number(size) * size[0]),
        hub=together * it.hub_cpu / 60,
    )


def found() -> dict[str, Any]:
    """What was measured."""
    return dict(json.loads(MEASURED.read_text(encoding="utf-8")))


def table(head: list[str], rows: list[list[str]], left: int) -> list[str]:
    """A table in Markdown, its first columns to the left."""
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    return [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]


def measurements(found: dict[str, Any], settings: dict[str, Any]) -> list[str]:
    """What a student took, a row for each quantity, a column for each kind of chapter."""
    classes = found["classes"]
    columns = []
    for kind in classes:
        it, alone, full = measured(found, kind), classes[kind]["alone"], classes[kind]["at once"]
        asked, imported = limits(it, settings), found["imports"][kind]

        def waits(step: str, alone: dict[str, Any] = alone, full: dict[str, Any] = full) -> str:
            _, middle, longest = full["seconds"][step]
            return f"{alone['seconds'][step][1]:.0f}; {middle:.0f}, {longest:.0f}"

        columns.append(
            {
                "chapter": full["chapter"].rpartition("/")[2],
                "students at once": f"{it.students}",
                "memory of a student, MiB": f"{it.pss:.0f}",
                "the most that one held, MiB": f"{it.peak:.0f}",
                "the largest chapter's kernel, MiB": f"{largest(found, kind):.0f}",
                "processor seconds of a student": f"{it.cpu:.1f}",
                "until a server is there, s: alone; among all, the median and the longest": waits("start"),
                "until a chapter has run, s: the same": waits("run"),
                "until Python has a move, s: the median among all": f"{full['seconds']['move'][1]:.2f}",
                "to import what chapters do, s; MiB": f"{imported['CPU seconds']:.1f}; {imported['MiB']:.0f}",
                "torch on a disk, MiB": f"{imported['disk MiB']:.0f}",
                "the hub, MiB; more for each student": f"{it.hub:.0f}; {it.hub_each:.1f}",
                "its proxy, MiB; more for each student": f"{it.proxy:.0f}; {it.proxy_each:.1f}",
                "processor seconds of the hub for a student": f"{it.hub_cpu:.2f}",
                "**promised to a server**, MiB; cores": f"{asked.memory_guarantee}; {asked.cores_guarantee:.2f}",
                "**allowed to a server**, MiB; cores": f"{asked.memory_limit}; {asked.cores_limit:g}",
            }
        )
    return table(["measured", *classes], [[name, *(it[name] for it in columns)] for name in columns[0]], 1)


HEAD = ["class", "at one time", "chapters", "memory, GiB", "cores", "machines", "room left", "wait", "hub busy"]


def plans(found: dict[str, Any], settings: dict[str, Any]) -> list[str]:
    """The plan, a row for each class and kind of chapter."""
    rows = []
    for students in settings["together"]:
        for kind in found["classes"]:
            it = row(students, measured(found, kind), settings)
            rows.append(
                [f"{students}", f"{it.together}", kind, f"{it.memory:.1f}", f"{it.cores:.1f}", it.on,
                 f"{it.room - 1:.0%}", f"{it.wait:.0f} s", f"{it.hub:.1f} min"]
            )  # fmt: skip
    return table(HEAD, rows, 3)


def page(found: dict[str, Any], settings: dict[str, Any]) -> str:
    """The plan in words and tables."""
    machine = found["conditions"]
    slowest = max(measured(found, kind).hub_cpu for kind in found["classes"])
    shares = ", ".join(f"{share:.0%} of {students}" for students, share in settings["together"].items())
    measuring = (
        f"Measured on {machine['cores']} cores ({machine['processor']}) with {machine['memory GiB']} GiB of memory: "
        f"JupyterHub {machine['jupyterhub']}, JupyterLab {machine['jupyterlab']}, torch {machine['torch']}. Students "
        "log in, follow the book's link, run every cell of a chapter and move a widget, all at once, one of them in a "
        "browser. Memory is counted with shared pages divided among those who share them."
    )
    granted = (
        f"Taken for granted, all of it in `hub/settings.yml`: {shares} have a server at one time; they come within "
        f"{settings['arrival_minutes']} minutes, and each runs a whole chapter in that time; "
        f"{settings['usable']:.0%} of a machine is for students. *Memory* is what is promised to all. *Room left* is "
        "what the machines have beyond it. *Wait*: when all run a chapter in the same moment, the last has it after so "
        f"long. *Hub busy*: a hub is one process, and starts at most {60 / slowest:.0f} servers a minute; where that "
        "takes longer than they take to come, start servers before the hour. A server is allowed "
        f"{settings['memory_margin']:g} times what the largest held, for a second chapter that stays open. One that "
        f"nobody has used for {settings['idle_minutes']} minutes is ended. An hour of class takes as many node-hours "
        "as it has machines; their cost differs from place to place."
    )
    head = "<!-- Made by `make hub` from hub/measured.json and hub/settings.yml. -->"
    lines = [head, "", *plans(found, settings), "", granted, "", measuring, "", *measurements(found, settings)]
    return "\n".join(lines) + "\n"
