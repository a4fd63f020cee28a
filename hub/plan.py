"""What a hub must have for so many students: computed from what a class took (`make bench ONLY=hub`) and settings.yml."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MEASURED = HERE.parent / "book" / "course" / "hub.json"
# Sizes are rounded up to so many MiB, shares of a processor to hundredths.
STEP, HUNDREDTHS = 64, 100
GIB = 1024  # MiB
# So many times the least memory is as good, where it is on fewer machines.
AS_GOOD = 1.1


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


def page(found: dict[str, Any], settings: dict[str, Any]) -> str:
    """The plan in words and tables."""
    kinds = {kind: measured(found, kind) for kind in found["classes"]}
    machine = found["conditions"]
    lines = [
        "<!-- made by hub/make.py from book/course/hub.json and hub/settings.yml -->",
        "",
        f"Measured on {machine['cores']} cores ({machine['processor']}) with {machine['memory GiB']} GiB of memory, "
        f"JupyterHub {machine['jupyterhub']}, JupyterLab {machine['jupyterlab']}, torch {machine['torch']}; each student "
        "logged in, followed the book's link, ran every cell and moved a widget, all at once; one of them in a browser.",
        "",
        "| | " + " | ".join(kinds) + " |",
        "| --- |" + " ---: |" * len(kinds),
    ]

    def line(name: str, of: list[str]) -> None:
        lines.append(f"| {name} | " + " | ".join(of) + " |")

    classes = [found["classes"][kind] for kind in kinds]
    line("chapter", [it["at once"]["chapter"] for it in classes])
    line("students at once", [str(it.students) for it in kinds.values()])
    line("memory of a student, MiB (shared pages divided)", [f"{it.pss:.0f}" for it in kinds.values()])
    line("the most that one held, MiB", [f"{it.peak:.0f}" for it in kinds.values()])
    line("processor seconds of a student", [f"{it.cpu:.1f}" for it in kinds.values()])
    for step, name in (("start", "a server starts"), ("run", "a chapter runs")):
        line(
            f"seconds until {name}: alone, and among all (median, longest)",
            [f"{it['alone']['seconds'][step][1]:.0f}; {it['at once']['seconds'][step][1]:.0f}, "
             f"{it['at once']['seconds'][step][2]:.0f}" for it in classes],
        )  # fmt: skip
    line("seconds until Python has a move: among all (median)",
         [f"{it['at once']['seconds']['move'][1]:.2f}" for it in classes])  # fmt: skip
    line("to import what chapters do: processor seconds, MiB",
         [f"{it['CPU seconds']:.1f}, {it['MiB']:.0f}" for it in (found["imports"][kind] for kind in kinds)])  # fmt: skip
    line("torch on a disk, MiB", [f"{found['imports'][kind]['disk MiB']:.0f}" for kind in kinds])
    line("the hub itself, MiB, and more for each student", [f"{it.hub:.0f}; {it.hub_each:.1f}" for it in kinds.values()])
    line("its proxy, MiB, and more for each student",
         [f"{it.proxy:.0f}; {it.proxy_each:.1f}" for it in kinds.values()])  # fmt: skip
    line("processor seconds of the hub for a student", [f"{it.hub_cpu:.2f}" for it in kinds.values()])
    asked = {kind: limits(it, settings) for kind, it in kinds.items()}
    line("**promised to a server**: MiB, cores",
         [f"{it.memory_guarantee}, {it.cores_guarantee:.2f}" for it in asked.values()])  # fmt: skip
    line("**allowed to a server**: MiB, cores",
         [f"{it.memory_limit}, {it.cores_limit:.0f}" for it in asked.values()])  # fmt: skip
    lines += ["", "| class | at the same time | chapters | memory, GiB | cores | machines, each an hour of a node | room left "
              "| wait, all at one moment | the hub is busy |", "| ---: | ---: | --- | ---: | ---: | --- | ---: | ---: | ---: |"]  # fmt: skip
    for students in settings["together"]:
        for kind, it in kinds.items():
            plan = row(students, it, settings)
            lines.append(
                f"| {students} | {plan.together} | {kind} | {plan.memory:.1f} | {plan.cores:.1f} | {plan.on} |"
                f" {plan.room - 1:.0%} | {plan.wait:.0f} s | {plan.hub:.0f} min |"
            )
    slowest = max(it.hub_cpu for it in kinds.values())
    shares = [f"{share:.0%} of {students}" for students, share in settings["together"].items()]
    lines += [
        "",
        f"Taken for granted, all of it in `hub/settings.yml`: at the same time {', '.join(shares)} have a server; they come "
        f"within {settings['arrival_minutes']} minutes, and each runs a whole chapter in that time; "
        f"{settings['usable']:.0%} of a machine is for students. *Room left* is memory beyond what is promised; *wait* is "
        "all their processor seconds over all cores. A hub is one process, and starts at most "
        f"{60 / slowest:.0f} servers a minute on a core like these: where it is busy for longer than they take to come, "
        "start servers before the hour, or take two hubs. A server is allowed {settings['memory_margin']:g} times what the largest held, "
        "for a second chapter that stays open. One that nobody has used for "
        f"{settings['idle_minutes']} minutes is ended.",
    ]
    return "\n".join(lines) + "\n"
