"""One platform under several bins: what is kept of it, what was claimed on it, and how its changes are told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from edge.contract.events import SettleCause, UnitsPicked, UnitsPutAway, WeightSettled
from edge.contract.state import BinContent, TaskKind
from edge.logic.binstate import BinState, asked_change
from edge.logic.counting import FIT_SIGMAS, NOISE_DIVISIONS, Weighing
from edge.logic.explaining import Explained, explain
from edge.logic.memory import CONFIRMATIONS_KEPT_MAX
from edge.logic.settling import Settling
from edge.logic.weighing import weighing_of

DISTURBED_DIVISIONS = 5
"""A platform whose weight is off by no more is not disturbed: whatever it can count weighs more."""

COUNTED_SIGMAS = 4
"""A weight of fewer sigma than this between two numbers leaves both probable: neither is ever certain."""

READINGS_DIVISIONS: float = (2 * (1 / 12 + NOISE_DIVISIONS**2)) ** 0.5
"""Standard deviation of a change of weight by the scale alone, in divisions: two readings, rounded, with noise."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmed task whose weight has not been told yet."""

    task: str
    bin: str
    kind: TaskKind
    mark: str
    change_units: int
    """Signed as the bin sees it."""


class LevelMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a platform."""

    baseline_mg: int | None = None
    """The settled weight up to which everything was told."""
    skus: dict[str, str] = {}
    """What lay in each bin then."""
    claims: tuple[Claim, ...] = ()
    """Confirmations since then."""
    unnamed: dict[str, int] = {}
    """The changes, by bin, of confirmations that were too many to keep by name."""
    left: dict[str, int] = {}
    """The changes that tasks asked for which were called off while a change was untold: a hand may have begun them."""
    alarm: str | None = None
    """The open alarm of a change that several bins explain, or none."""
    suspects: tuple[str, ...] = ()
    """The bins that show it."""
    needed_mg: int = 0
    """The change that would end it."""
    doubted: tuple[str, ...] = ()
    """Bins whose part in a change may have been told already, or counted by a person: what is told of them next is not
    certain."""


@dataclass(slots=True)
class Level:
    """A platform and its bins. The rules change it; the bay commits ``kept`` with the events that they tell."""

    name: str
    """What people call it: its first bin and its last."""
    scale: Settling
    bins: Mapping[str, BinState]
    """In the order of the station's file."""
    kept: LevelMemory
    new_id: Callable[[], str]
    contents: dict[str, BinContent] = field(default_factory=dict)
    """What it counts by; follows the hub as soon as the old content has been told."""
    confirmed_at_us: int | None = None
    """When a task was last confirmed there in this run."""
    gap: bool = True
    """Nobody has watched the weight since the baseline was taken."""
    gap_rest_us: int | None = None
    """When the weight first came to rest after the gap."""
    _open: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The task that was open at each bin when it was last looked at, and the change that it asked for."""
    _asked: tuple[object, ...] = ()
    _explained: Explained | None = None

    def keep(self, **changes: object) -> None:
        """Change what is kept."""
        self.kept = msgspec.structs.replace(self.kept, **changes)

    @property
    def is_led(self) -> bool:
        """Whether a desired state is known."""
        return all(state.is_led for state in self.bins.values())

    @property
    def change_mg(self) -> int:
        """The change of weight that has not been told yet."""
        if self.kept.baseline_mg is None or self.scale.weight_mg is None:
            return 0
        return self.scale.weight_mg - self.kept.baseline_mg

    def is_disturbed(self, from_mg: int = 0) -> bool:
        """Whether the untold change is another than this, by more than the noise of two weights of the same load."""
        noise_divisions: float = max(DISTURBED_DIVISIONS, FIT_SIGMAS * READINGS_DIVISIONS)
        return abs(self.change_mg - from_mg) > noise_divisions * self.scale.division_mg

    @property
    def claimed(self) -> dict[str, int]:
        """The change that the confirmations claim, by bin."""
        found = dict(self.kept.unnamed)
        for claim in self.kept.claims:
            found[claim.bin] = found.get(claim.bin, 0) + claim.change_units
        return found

    @property
    def begun(self) -> dict[str, int]:
        """The change that open work asks for, by bin, or work that was called off: what a hand may have begun."""
        return self.kept.left | {name: asked for name, (_, asked) in self._open_work().items()}

    def _open_work(self) -> dict[str, tuple[str, int]]:
        found = {}
        for name, state in self.bins.items():
            task = state.shown or next((task for task in state.queue if task.kind != "count"), None)
            if task is not None and task.kind != "count":
                units = state.shown_units if state.shown is not None else task.units
                found[name] = (task.task, asked_change(task, units))
        return found

    def note_called_off(self) -> None:
        """Remember the tasks that are gone and were not confirmed, while a hand may have begun them."""
        before, self._open = self._open, self._open_work()
        if not (self.is_disturbed() or self.scale.is_moving()):
            if self.kept.left and not self.gap:
                self.keep(left={})
            return
        known = {claim.task for claim in self.kept.claims} | {task for task, _ in self._open.values()}
        gone = {name: asked for name, (task, asked) in before.items() if task not in known}
        if gone:
            self.keep(left=self.kept.left | gone)

    @property
    def open_bins(self) -> frozenset[str]:
        """Bins where a hand is no surprise."""
        return frozenset(name for name, state in self.bins.items() if state.queue)

    def at_work(self, found: Explained) -> frozenset[str]:
        """Bins where a hand may be at work, as far as the weight says: open ones that may have changed more than was
        claimed, or that are not certain not to have."""
        claimed = self.claimed
        still = {name for name in found.certain if found.changes[name] == claimed.get(name, 0)}
        unsure = {name for name in self.contents if name not in still and self.can_count(name)}
        return self.open_bins & (found.suspects | unsure)

    def can_count(self, name: str) -> bool:
        """Whether the platform can ever be certain of what lies in a bin: a unit more or less is no noise."""
        content = self.contents.get(name)
        return content is not None and content.unit_mg > COUNTED_SIGMAS * self._weighing(content).sigma_mg(1)

    def explained(self) -> Explained | None:
        """The untold change; None if it cannot be explained, for the content of a claimed bin is not known."""
        weighings = {name: self._weighing(content) for name, content in self.contents.items() if content.unit_mg > 0}
        claimed, begun = self.claimed, {name: asked for name, asked in self.begun.items() if name in weighings}
        if not weighings or not claimed.keys() <= weighings.keys():
            return None
        asked = (self.change_mg, tuple(weighings.items()), tuple(claimed.items()), tuple(begun.items()))
        if asked != self._asked:
            self._asked, self._explained = asked, explain(self.change_mg, weighings, claimed, begun)
        return self._explained

    def _weighing(self, content: BinContent) -> Weighing:
        return weighing_of(content, self.scale.division_mg)

    def claim(self, event: UnitsPicked | UnitsPutAway, mark: str, now_us: int) -> None:
        """Take a confirmation that one of its bins has told. Before the first weight there is nothing to compare."""
        if self.kept.baseline_mg is None:
            return
        pick = isinstance(event, UnitsPicked)
        change_units = -event.units if pick else event.units
        new = Claim(
            task=event.task, bin=event.bin, kind="pick" if pick else "put", mark=mark, change_units=change_units
        )
        claims = (*self.kept.claims, new)
        if len(claims) > CONFIRMATIONS_KEPT_MAX:
            oldest, claims = claims[0], claims[1:]
            unnamed = self.kept.unnamed.get(oldest.bin, 0) + oldest.change_units
            self.keep(unnamed={**self.kept.unnamed, oldest.bin: unnamed})
        self.keep(claims=claims)
        self.confirmed_at_us = now_us

    def start_baseline(self, **changes: object) -> None:
        """Take the weight that lies there now as told, and change what else is kept."""
        skus = {name: content.sku for name, content in self.contents.items()}
        self.keep(baseline_mg=self.scale.weight_mg, skus=skus, **changes)
        self.scale.follow_from_here()

    def lose(self) -> None:
        """Nobody watches the weight any more."""
        self.scale.fail()
        self.gap = True
        self.gap_rest_us = None

    def tell(
        self,
        causes: Mapping[str, SettleCause],
        *,
        changes: Mapping[str, int],
        sure: frozenset[str] = frozenset(),
        odd: frozenset[str] = frozenset(),
    ) -> list[WeightSettled]:
        """Tell the change up to now, which becomes the baseline: a fact for each bin that had part in it.

        Args:
            causes: The bins to tell of, and why.
            changes: By how many units each has changed, by the weight.
            sure: The bins of which that is certain.
            odd: Those whose change is none that was claimed, and may be anything.
        """
        claimed, tasks = self.claimed, self._tasks_by_bin()
        told, at_mg = [], self.kept.baseline_mg if self.kept.baseline_mg is not None else 0
        counted = {name: changes[name] if name in sure else claimed.get(name, 0) for name in causes}
        shares = self._shares_mg(counted)
        alone = len(causes) == 1
        for name, cause in causes.items():
            units = claimed.get(name, 0)
            told.append(
                WeightSettled(
                    bin=name,
                    cause=cause,
                    tasks=tasks.get(name, ()) if cause in ("tasks", "correction") else (),
                    before_mg=at_mg,
                    after_mg=at_mg + shares[name],
                    units_confirmed=units,
                    units_weighed=changes[name] if name in sure else units,
                    sure=name in sure,
                    odd=name in odd,
                    division_mg=self.scale.division_mg if alone and name in sure else 0,
                )
            )
            at_mg += shares[name]
        still = tuple(name for name in self.kept.doubted if name not in claimed and name in self.open_bins)
        self.start_baseline(claims=(), unnamed={}, doubted=still, left={})
        return told

    def _tasks_by_bin(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, state in self.bins.items():
            if state.kept.correction is not None:
                found[name] = state.kept.correction.tasks
        for claim in self.kept.claims:
            found[claim.bin] = (*found.get(claim.bin, ()), claim.task)
        return found

    def _shares_mg(self, units: Mapping[str, int]) -> dict[str, int]:
        """The change of the platform, shared among the bins by what their units should weigh."""
        contents = self.contents
        shares = {name: n * contents[name].unit_mg if name in contents else 0 for name, n in units.items()}
        *_, last = shares
        shares[last] += self.change_mg - sum(shares.values())
        return shares
