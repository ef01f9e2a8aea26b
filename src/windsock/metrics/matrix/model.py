"""What the matrix holds: modules, goals, judgements and measured effects, and how several effects become one. Rules only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Literal, get_args

from windsock.kernel.errors import InvalidInput
from windsock.kernel.money import half_up
from windsock.metrics.model.definition import Words

Direction = Literal["up", "down", "mixed", "none"]
Source = Literal["experiment", "campaign", "incident", "price_change", "other"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
SOURCES: tuple[Source, ...] = get_args(Source)
SIZE_MAX = 3
EFFORT_MAX = 3
NOTE_MAX = 500
STEP = Decimal("1E-6")


@dataclass(frozen=True)
class Module:
    """A part of the operation, of people, goods or place."""

    name: str
    group: Literal["people", "goods", "place"]
    title: Words


@dataclass(frozen=True)
class Goal:
    """A factor of the revenue tree, and its metric in the library."""

    name: str
    metric: str
    title: Words


MODULES: tuple[Module, ...] = (
    Module("acquisition", "people", Words("Acquisition", "拉新")),
    Module("activation", "people", Words("Activation", "促活")),
    Module("retention", "people", Words("Retention", "留存")),
    Module("conversion", "people", Words("Conversion", "转化")),
    Module("referral", "people", Words("Referral", "裂变推荐")),
    Module("stock", "goods", Words("Stock", "库存")),
    Module("information", "goods", Words("Information", "商品信息")),
    Module("price", "goods", Words("Price", "价格")),
    Module("rules", "goods", Words("Rules", "规则")),
    Module("rank", "place", Words("Rank", "排序")),
    Module("recommendation", "place", Words("Recommendation", "推荐")),
    Module("reviews", "place", Words("Reviews", "评价")),
    Module("funnel", "place", Words("Funnel", "流程漏斗")),
    Module("experience", "place", Words("Experience", "体验")),
)
GOALS: tuple[Goal, ...] = (
    Goal("uv", "uv", Words("Visitors (UV)", "访客（UV）")),
    Goal("conversion", "conversion", Words("Conversion", "转化率")),
    Goal("average_order_value", "average_order_value", Words("Order value", "客单价")),
    Goal("take_rate", "take_rate", Words("Take rate", "所得比例")),
)
GROUPS: dict[str, Words] = {"people": Words("People", "人"), "goods": Words("Goods", "货"), "place": Words("Place", "场")}


@dataclass(frozen=True)
class Judgement:
    """What somebody thinks a module does to a goal.

    Attributes:
        direction: up, down, mixed (some measures raise it, others lower it), or none.
        size: 0 (none) to 3 (large).
        effort: 1 (days) to 3 (quarters); 0 where nobody has said.
        note: why.
    """

    direction: Direction
    size: int
    effort: int
    note: str


@dataclass(frozen=True)
class Effect:
    """A measured effect on a goal, as a relative change: 0.03 is 3 % more.

    Attributes:
        source: what kind of thing was measured.
        ref: which one, unique within its kind.
        effect: the relative change.
        low: lower end of its 95 % interval, None where it has none.
        high: upper end.
        first: first date of what was measured, ISO.
        last: last date.
    """

    source: Source
    ref: str
    effect: Decimal
    low: Decimal | None
    high: Decimal | None
    first: str
    last: str


@dataclass(frozen=True)
class Pooled:
    """Several effects as one: the mean weighted by how sure each is; ``count`` of ``total`` had an interval and could be pooled."""

    effect: Decimal
    low: Decimal
    high: Decimal
    count: int
    total: int

    @property
    def direction(self) -> Direction:
        """Up or down where the interval leaves out zero, else none."""
        if self.low > 0:
            return "up"
        return "down" if self.high < 0 else "none"


Z95 = Decimal("1.959963984540054")


def check_place(module: str, goal: str) -> None:
    """Check that a cell exists.

    Raises:
        InvalidInput: an unknown module or goal.
    """
    if module not in {one.name for one in MODULES}:
        raise InvalidInput(f"There is no module '{module[:40]}'.", where="module", fix=f"Use one of: {', '.join(one.name for one in MODULES)}.")
    if goal not in {one.name for one in GOALS}:
        raise InvalidInput(f"There is no goal '{goal[:40]}'.", where="goal", fix=f"Use one of: {', '.join(one.name for one in GOALS)}.")


def check_judgement(given: Judgement) -> Judgement:
    """Return a judgement with its note trimmed.

    Raises:
        InvalidInput: out of its bounds, or a size without a direction.
    """
    if given.direction not in DIRECTIONS or not 0 <= given.size <= SIZE_MAX or not 0 <= given.effort <= EFFORT_MAX:
        raise InvalidInput("The judgement is out of its bounds.", where="cell", fix=f"Size 0 to {SIZE_MAX}, effort 0 to {EFFORT_MAX}.")
    if (given.direction == "none") != (given.size == 0):
        raise InvalidInput("A size needs a direction, and no effect has size 0.", where="size", fix="Choose up, down or mixed with size 1 to 3.")
    note = given.note.replace("\0", "").strip()
    if len(note) > NOTE_MAX:
        raise InvalidInput(f"The note is longer than {NOTE_MAX} characters.", where="note")
    return Judgement(given.direction, given.size, given.effort, note)


def check_effect(given: Effect) -> Effect:
    """Return an effect.

    Raises:
        InvalidInput: an interval that does not hold the effect, half an interval, or dates the wrong way round.
    """
    if (given.low is None) != (given.high is None):
        raise InvalidInput("An interval has two ends.", where="low / high", fix="Give both or neither.")
    if given.low is not None and given.high is not None and not given.low <= given.effect <= given.high:
        raise InvalidInput("The effect lies outside its interval.", where="low / high")
    if given.first > given.last:
        raise InvalidInput("What was measured ends before it starts.", where="first / last")
    return given


def pool(effects: Sequence[Effect]) -> Pooled | None:
    """Return effects as one, by inverse variance (fixed effect); None where none has an interval of some width.

    The width of an interval gives its standard error; an effect without one can't be weighed and is only counted.

    >>> two = [Effect("experiment", n, Decimal(e), Decimal(l), Decimal(h), "", "") for n, e, l, h in (("a", "0.04", "0.02", "0.06"), ("b", "0", "-0.04", "0.04"))]
    >>> found = pool(two)
    >>> str(found.effect), str(found.low), str(found.high), found.direction
    ('0.032000', '0.014111', '0.049889', 'up')
    """  # noqa: E501 - a worked case reads best in one line
    with localcontext() as context:
        context.prec = 40
        known = [(one.effect, (one.high - one.low) / (2 * Z95)) for one in effects if one.low is not None and one.high is not None]
        weighed = [(effect, 1 / (error * error)) for effect, error in known if error > 0]
        if not weighed:
            return None
        weight = sum((one for _, one in weighed), Decimal(0))
        mean = sum((effect * one for effect, one in weighed), Decimal(0)) / weight
        reach = Z95 / weight.sqrt()
        return Pooled(half_up(mean, STEP), half_up(mean - reach, STEP), half_up(mean + reach, STEP), len(weighed), len(effects))
