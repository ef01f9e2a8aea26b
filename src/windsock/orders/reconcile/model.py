"""What a reconciliation is made of: reasons, sums by channel and provider, and the bridge from our revenue to the file's total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from windsock.kernel.errors import Broken

Reason = Literal["no_file", "only_in_orders", "only_in_file", "twice_in_file", "currency", "amount", "date"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why the sides differ.

``no_file``: no statement of the payment's provider covers its date, so that there is nothing to compare with. ``only_in_orders``: one covers it,
and does not have the payment. ``only_in_file``: we know no such order, or no such payment of it. ``twice_in_file``: the file has an equal row more
often than the order was paid. ``currency``: the sides are in different currencies. ``amount``: both have it, of different size. ``date``: both have
it, one of them outside of the period (cut-off).
"""
By = Literal["channel", "provider"]
BYS: tuple[By, ...] = get_args(By)
Clock = Literal["payment", "booking"]
CLOCKS: tuple[Clock, ...] = get_args(Clock)
_NIL = Decimal("0.0000")


@dataclass(frozen=True)
class Part:
    """Items of one reason: their number, and our side less the file's, in the currency of the workspace."""

    items: int = 0
    difference: Decimal = _NIL

    def plus(self, other: Part) -> Part:
        """Return the sum of two."""
        return Part(self.items + other.items, self.difference + other.difference)


@dataclass(frozen=True)
class Sums:
    """Both sides of some items, and why they differ.

    Attributes:
        items: items with money in the period on either side; one with several reasons counts once here and once for each reason.
        matched: items whose sides are equal in the period.
        by_statement: of those, items that we know from the statement alone, so that nothing was compared.
        other_day: of those, items whose sides stand on different days of the period.
        ours: payments less refunds as orders know them.
        theirs: payments less refunds of the statements.
        parts: the differences by reason; a reason that is not there has none.
    """

    items: int = 0
    matched: int = 0
    by_statement: int = 0
    other_day: int = 0
    ours: Decimal = _NIL
    theirs: Decimal = _NIL
    parts: dict[Reason, Part] = field(default_factory=dict["Reason", Part])

    @property
    def difference(self) -> Decimal:
        """Our side less the file's."""
        return self.ours - self.theirs

    def plus(self, other: Sums) -> Sums:
        """Return the sum of two."""
        parts = dict(self.parts)
        for reason, part in other.parts.items():
            parts[reason] = parts.get(reason, Part()).plus(part)
        return Sums(
            self.items + other.items,
            self.matched + other.matched,
            self.by_statement + other.by_statement,
            self.other_day + other.other_day,
            self.ours + other.ours,
            self.theirs + other.theirs,
            parts,
        )

    def check(self, where: str) -> None:
        """Refuse sums that do not balance.

        Raises:
            Broken: our side less the file's is not the sum of the differences.
        """
        told = sum((part.difference for part in self.parts.values()), Decimal(0))
        if told != self.difference:
            raise Broken(f"The reconciliation does not balance: {self.difference} differ and the reasons explain {told}.", where=where)


@dataclass(frozen=True)
class Group:
    """The sums of one channel or provider; the name is empty where it is not known."""

    name: str
    sums: Sums


@dataclass(frozen=True)
class Uncovered:
    """Money of ours that no statement covers: from whom a file is missing.

    Attributes:
        provider: of the payments; empty where the orders do not say.
        channel: where the orders were sold.
        items: their number.
        amount: payments less refunds.
    """

    provider: str
    channel: str
    items: int
    amount: Decimal


@dataclass(frozen=True)
class Revenue:
    """How our revenue becomes what was paid: what is ours of payments and refunds, what else revenue counts, and what belongs to suppliers.

    Attributes:
        take: our part of payments less our part of refunds.
        fees: other postings, which are no payment and no refund.
        stays: stays whose payments nobody knows; revenue counts them at their room value.
        suppliers: what of the payments belongs to suppliers of what we sell as an agency.
    """

    take: Decimal = _NIL
    fees: Decimal = _NIL
    stays: Decimal = _NIL
    suppliers: Decimal = _NIL

    @property
    def revenue(self) -> Decimal:
        """Revenue as the metric of that name counts it."""
        return self.take + self.fees + self.stays


@dataclass(frozen=True)
class Step:
    """A step of the bridge: ``total`` stands by itself, ``part`` leads from the one before to the one after."""

    name: str
    kind: Literal["total", "part"]
    amount: Decimal
    items: int | None = None


@dataclass(frozen=True)
class Reconciliation:
    """The answer for a period.

    Attributes:
        total: all items.
        groups: by channel or provider, the largest difference first.
        revenue: from revenue to payments; None where a channel or provider was chosen, as revenue of a provider means nothing.
        fees: what the statements say that providers kept, given-back fees taken off.
        missing: money that no statement covers, the most first.
        statement_rows: rows of statements in the whole warehouse, so that nothing compared can be told from nothing imported.
    """

    total: Sums
    groups: tuple[Group, ...]
    revenue: Revenue | None
    fees: Decimal
    missing: tuple[Uncovered, ...]
    statement_rows: int

    def bridge(self) -> tuple[Step, ...]:
        """Return the steps from our revenue to what the statements leave after fees; each part is what is added to get to the next total."""
        steps: list[Step] = []
        if self.revenue is not None:
            steps.append(Step("revenue", "total", self.revenue.revenue))
            steps += [
                Step(name, "part", amount)
                for name, amount in (("stays", -self.revenue.stays), ("fees", -self.revenue.fees), ("suppliers", self.revenue.suppliers))
                if amount
            ]
        steps.append(Step("orders", "total", self.total.ours, self.total.items))
        steps += [
            Step(reason, "part", -self.total.parts[reason].difference, self.total.parts[reason].items)
            for reason in REASONS
            if reason in self.total.parts
        ]
        steps.append(Step("file", "total", self.total.theirs))
        if self.fees:
            steps += [Step("kept", "part", -self.fees), Step("net", "total", self.total.theirs - self.fees)]
        check_bridge(steps)
        return tuple(steps)


def check_bridge(steps: Sequence[Step]) -> None:
    """Refuse a bridge whose parts do not lead from one total to the next.

    Raises:
        Broken: they do not.
    """
    level = steps[0].amount
    for step in steps[1:]:
        if step.kind == "part":
            level += step.amount
        elif level != step.amount:
            raise Broken(f"The bridge leads to {level}, and '{step.name}' is {step.amount}.", where="reconciliation")


def roll_up(rows: Iterable[tuple[str, Sums]]) -> tuple[Group, ...]:
    """Return sums by name, the largest difference first, then the largest amount."""
    found: dict[str, Sums] = {}
    for name, sums in rows:
        found[name] = found.get(name, Sums()).plus(sums)
    for name, sums in found.items():
        sums.check(name or "unknown")
    return tuple(Group(name, sums) for name, sums in sorted(found.items(), key=lambda one: (-abs(one[1].difference), -abs(one[1].ours), one[0])))
