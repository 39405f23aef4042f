"""Substitutes stand for what is short and for nothing else."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.ordered_line import OrderedLine
from hub.domain.substitutes import with_substitutes

CODES = "ABCD"
LINES = st.lists(
    st.builds(OrderedLine, sku=st.sampled_from(CODES), units=st.integers(1, 9), substitute=st.booleans()),
    min_size=1,
    max_size=5,
)
FREE = st.fixed_dictionaries({code: st.integers(0, 9) for code in CODES})
OTHERS = st.dictionaries(
    st.sampled_from(CODES), st.lists(st.sampled_from(CODES), min_size=1, max_size=3, unique=True), max_size=4
).map(lambda found: {code: [other for other in others if other != code] for code, others in found.items()})


@given(lines=LINES, free=FREE, others=OTHERS)
def test_units_stay_and_only_what_is_short_is_sent_otherwise(
    lines: list[OrderedLine], free: dict[str, int], others: dict[str, list[str]]
) -> None:
    fitted, instead = with_substitutes(lines, free, others)
    assert all(line.units > 0 for line in fitted)
    assert sum(line.units for line in fitted) == sum(line.units for line in lines)
    short: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for number, code in instead.items():
        sent = fitted[number - 1]
        assert sent.sku in others[code]
        short[code] += sent.units
        taken[sent.sku] += sent.units
    ordered = sum((Counter({line.sku: line.units}) for line in lines), Counter[str]())
    accepts = sum((Counter({line.sku: line.units}) for line in lines if line.substitute), Counter[str]())
    for code in CODES:
        assert short[code] <= min(accepts[code], max(0, ordered[code] - free[code]))
        assert taken[code] <= max(0, free[code] - ordered[code])  # nobody's own item is sent for another


@given(lines=LINES, free=FREE, others=OTHERS)
def test_lines_that_accept_none_and_those_that_have_enough_stay_as_they_are(
    lines: list[OrderedLine], free: dict[str, int], others: dict[str, list[str]]
) -> None:
    fitted, _ = with_substitutes(lines, free, others)
    for before, after in zip(lines, fitted, strict=False):
        assert before.substitute or before == after
    enough = dict.fromkeys(CODES, 1000)
    assert with_substitutes(lines, enough, others) == (tuple(lines), {})
