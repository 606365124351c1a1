"""The parts of the benchmark: each measures one thing and returns a section."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from tests.bench.crew import Blocks, Spread, Worker, alternate, length_of, spread, start_all
from tests.bench.engines import ENGINES, TITLES, Missing
from tests.bench.report import Section
from tests.bench.variants import ARCHITECTURE

__all__ = ["PARTS", "Plan"]

COMPILED = ("kernel", "c")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: rounds, seconds a block, which engines, and how many runs are many."""

    rounds: int = 9
    seconds: float = 0.5
    engines: tuple[str, ...] = tuple(ENGINES)
    many: int = 1_000_000

    def compiled(self) -> list[str]:
        """The compiled engines that are asked for."""
        return [name for name in COMPILED if name in self.engines]


def _absent(missing: dict[str, str]) -> list[str]:
    return [f"{TITLES[name]}: {reason}" for name, reason in missing.items()]


def _digests(workers: Iterable[Worker], runs: int) -> dict[str, str]:
    """Have every engine tell its first runs, and return a digest of what it tells."""
    found = {}
    for worker in workers:
        told = json.dumps(worker.ask("folds", runs)["folds"])
        found[worker.name] = hashlib.sha256(told.encode()).hexdigest()[:16]
    return found


def _close(workers: Iterable[Worker]) -> None:
    for worker in workers:
        worker.close()


def _row(one: Blocks, blocks: dict[str, Blocks]) -> list[str]:
    micros, changes = spread(one.micros), spread(one.changes).median
    ratios = [
        one.over(blocks[base]).shown(2 if base == "c" else 1) if base in blocks and one.name != base else "-"
        for base in COMPILED
    ]
    rates = [f"{1e6 / micros.median:,.0f}", f"{1e6 / micros.median * changes:,.0f}"]
    return [TITLES[one.name], f"{micros.median:,.1f}", f"{micros.low:,.1f}", *rates, *ratios, f"{one.peak:,.0f}"]


def peers(plan: Plan) -> Section:
    """All engines on the frozen workload, one core each."""
    workers, missing = start_all(plan.engines)
    digests = _digests(workers, 20)
    found = alternate(workers, plan.rounds, plan.seconds)
    _close(workers)
    blocks = {one.name: one for one in found}
    equal = ", ".join(sorted(set(digests.values())))
    remarks = [f"digest of all changes in the first 20 runs of {len(digests)} engines: {equal}"]
    if len(set(digests.values())) > 1:
        remarks = [f"ENGINES DISAGREE about the first 20 runs: {digests}"]
    ratios: dict[str, dict[str, Spread]] = {
        base: {one.name: one.over(blocks[base]) for one in found if one.name != base}
        for base in (*COMPILED, "transitions")
        if base in blocks
    }
    columns = ["engine", "us/run", "least", "runs/s", "changes/s", "x kernel", "x C", "peak MB"]
    return Section(
        f"The frozen workload, one core, medians (and ranges) of {plan.rounds} rounds of alternating blocks, CPU time",
        columns,
        [_row(one, blocks) for one in found],
        remarks + _absent(missing),
        {
            "digests": digests,
            "micros": {one.name: one.micros for one in found},
            "ratios": {base: {name: asdict(one) for name, one in row.items()} for base, row in ratios.items()},
        },
    )


def architecture(plan: Plan) -> Section:
    """The whole shipped architecture, reference against kernel."""
    workers, missing = start_all([name for name in ("reference", "kernel") if name in plan.engines], ARCHITECTURE)
    found = alternate(workers, plan.rounds, 4 * plan.seconds)  # a run of the reference engine takes long
    _close(workers)
    rows = []
    for one in found:
        medians = f"{spread(one.micros).median:,.1f}", f"{spread(one.changes).median:,.0f}"
        rows.append([TITLES[one.name], *medians, one.over(found[-1]).shown(1)])
    numbers = {"micros": {one.name: one.micros for one in found}}
    title = f"The shipped scenario {ARCHITECTURE}, one core, {plan.rounds} rounds, CPU time"
    columns = ["engine", "us/run", "changes", f"x {found[-1].name}" if found else "x"]
    return Section(title, columns, rows, _absent(missing), numbers)


def scaling(plan: Plan) -> Section:
    """More that is idle, more that happens: time against the base, in alternating blocks of the same engine."""
    names = [*plan.compiled(), *(["plain"] if "plain" in plan.engines else [])]
    rows, numbers, missing = [], {}, {}
    for name in names:
        for variant, per in (("idle-pairs", "run"), ("idle-rules", "run"), ("busy", "change")):
            workers: list[Worker] = []
            try:
                workers = [Worker(name), Worker(name, variant)]
            except Missing as reason:
                missing[name] = str(reason)
                _close(workers)
                continue
            base, other = alternate(workers, plan.rounds, plan.seconds)
            _close(workers)
            costs = [
                [
                    micros / (changes if per == "change" else 1)
                    for micros, changes in zip(one.micros, one.changes, strict=True)
                ]
                for one in (base, other)
            ]
            ratio = spread(more / less for less, more in zip(*costs, strict=True))
            numbers[f"{name} {variant}"] = asdict(ratio)
            rows.append(
                [TITLES[name], variant, f"{spread(other.micros).median:,.1f}", per, ratio.shown(), f"{other.peak:,.0f}"]
            )
    remarks = [
        "idle-pairs: 36,000 relationships instead of 360; idle-rules: 400 rules instead of 40; busy: ten copies of all that"
        " happens",
        *_absent(missing),
    ]
    columns = ["engine", "variant", "us/run", "per", "x base", "peak MB"]
    return Section(f"Scaling, {plan.rounds} rounds, CPU time", columns, rows, remarks, numbers)


def cores(plan: Plan) -> Section:
    """Two cores against one, by the clock."""
    workers, missing = start_all(plan.compiled())
    rows, numbers = [], {}
    for worker in workers:
        runs = length_of(worker, 2 * plan.seconds)
        worker.ask("threads", 0, runs)
        one, two, ratios, cpu = [], [], [], []
        for _ in range(plan.rounds):
            single, double = worker.ask("run", 0, runs), worker.ask("threads", 0, runs)
            one.append(single["wall"])
            two.append(double["wall"])
            ratios.append(single["wall"] / double["wall"])
            cpu.append(double["cpu"] / single["cpu"])
        faster, more = spread(ratios), spread(cpu)
        numbers[worker.name] = {"faster": asdict(faster), "cpu": asdict(more)}
        rates = [f"{runs / spread(each).median:,.0f}" for each in (one, two)]
        rows.append([TITLES[worker.name], *rates, faster.shown(), more.shown()])
    _close(workers)
    columns = ["engine", "runs/s on one", "runs/s on two", "x faster", "x CPU"]
    return Section(
        f"Two cores against one, {plan.rounds} rounds, by the clock", columns, rows, _absent(missing), numbers
    )


def memory(plan: Plan) -> Section:
    """Peak memory of many runs against 100, each in a process of its own."""
    rows, numbers, missing = [], {}, {}
    for name in plan.compiled():
        peaks = []
        for runs in (100, plan.many):
            try:
                worker = Worker(name)
            except Missing as reason:
                missing[name] = str(reason)
                break
            worker.ask("threads", 0, runs)
            peaks.append(worker.ask("memory")["peak"])
            worker.close()
        else:
            numbers[name] = peaks
            rows.append([TITLES[name], f"{peaks[0]:,.1f}", f"{peaks[1]:,.1f}", f"{peaks[1] - peaks[0]:+,.1f}"])
    columns = ["engine", "100 runs", f"{plan.many:,} runs", "difference"]
    return Section("Peak memory in MB, two threads", columns, rows, _absent(missing), numbers)


def counting(plan: Plan) -> Section:
    """What counting costs: the same runs with and without it."""
    workers, missing = start_all(plan.compiled())
    rows, numbers = [], {}
    for worker in workers:
        runs, shares = length_of(worker, plan.seconds), []
        try:
            worker.ask("bare", 0, runs)
            for number in range(plan.rounds):
                bare, full = worker.ask("bare", number * runs, runs), worker.ask("run", number * runs, runs)
                shares.append(1 - bare["cpu"] / full["cpu"])
        except Missing as reason:
            missing[worker.name] = str(reason)
            continue
        found = spread(shares)
        numbers[worker.name] = asdict(found)
        rows.append([TITLES[worker.name], f"{found.median:.1%} ({found.low:.1%} to {found.high:.1%})"])
    _close(workers)
    title = f"Counting, share of the time of a run, {plan.rounds} rounds, CPU time"
    return Section(title, ["engine", "share"], rows, _absent(missing), numbers)


def noise(plan: Plan) -> Section:
    """How much a branch's effect varies, by what names a draw: its cause, or how often the rule has drawn."""
    from tests.bench.variance import variances

    try:
        found = variances(int(8000 * plan.seconds))
    except Missing as reason:
        return Section("Variance of a branch's effect", ["branch"], [], [f"{TITLES['c']}: {reason}"])
    rows = [
        [one.title, f"{one.cause:,.2f}"]
        + [f"{other:,.2f} (x {other / one.cause:,.1f})" for other in (one.counter, one.stream, one.seeds)]
        for one in found
    ]
    columns = ["branch", "cause", "counter of the rule", "one stream", "other seeds"]
    remarks = ["the effect is that on the number of memberships at the end; measured by the C engine, built thrice"]
    title = "Variance of a branch's effect over pairs of runs, by what names the draws"
    return Section(title, columns, rows, remarks, {one.title: asdict(one) for one in found})


PARTS: dict[str, Callable[[Plan], Section]] = {
    "peers": peers,
    "architecture": architecture,
    "scaling": scaling,
    "cores": cores,
    "memory": memory,
    "counting": counting,
    "noise": noise,
}
