"""What a mapping can fill: fields with their types and bounds, put together by whoever owns the rows, and the names of months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT_MAX = 500


@dataclass(frozen=True)
class Target:
    """A field.

    Attributes:
        type: text, integer, long, money, rate, date, instant or boolean.
        required: whether a row without it is rejected.
        filled: whether it must not be empty where a mapping names it.
        least: smallest integer.
        most: largest integer; it bounds what one row can blow up to.
        words: the only texts allowed, when not empty.
        pattern: what a text must match as a whole, when not "".
        pattern_means: what to say about a text that does not, such as "no currency of three letters such as EUR".
        longest: most characters of a text.
        positive: whether a number must be above 0.
        dated: whether an instant gives its civil date too.
    """

    type: str
    required: bool = False
    filled: bool = False
    least: int = 0
    most: int = 1_000_000
    words: tuple[str, ...] = ()
    pattern: str = ""
    pattern_means: str = ""
    longest: int = TEXT_MAX
    positive: bool = False
    dated: bool = False


CURRENCY = Target("text", pattern="[A-Z]{3}", pattern_means="no currency of three letters such as EUR")


@dataclass(frozen=True)
class Form:
    """A kind of rows: its name, how its section is called in a mapping file, its fields.

    Attributes:
        kind: its name.
        row: what one row is called in errors.
        targets: the fields by name.
        section: the section of the mapping file that fills them.
        tells_payments: whether a mapping must say if payments are known.
    """

    kind: str
    row: str
    targets: Mapping[str, Target]
    section: str = "fields"
    tells_payments: bool = False
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Note the fields that a mapping must fill."""
        object.__setattr__(self, "required", tuple(name for name, target in self.targets.items() if target.required))


def _numbered(names: str) -> dict[str, int]:
    words = names.split()
    return {word: number for number, word in enumerate(words, 1)} | {word[:3]: number for number, word in enumerate(words, 1) if len(word) > 3}


MONTHS: dict[str, dict[str, int]] = {
    "en": _numbered("january february march april may june july august september october november december"),
    "it": _numbered("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    "zh": {f"{number}月": number for number in range(1, 13)}
    | {f"{word}月": number for number, word in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)},
}
