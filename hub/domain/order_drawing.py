"""The stages of an order drawn as Mermaid text, and what may be asked for at each as a table, for ``docs/orders.md``.

Print them anew: ``python -m hub.domain.order_drawing``.
"""

from hub.domain.order_states import ALLOWED, ASKS, EVENTS, STAGES, TRANSITIONS, WORDS, Event, Stage

ASK_TITLES = {
    "address": "change the address",
    "terms": "change the terms",
    "add": "more units, lines",
    "reduce": "fewer units",
    "cancel": "cancel",
    "hold": "hold",
    "let_go": "let go",
}


def drawing() -> str:
    """A Mermaid state diagram: an arrow for each pair of stages, with the events that lead there; what changes no
    stage is left out."""
    arrows: dict[tuple[Stage, Stage], list[Event]] = {}
    for event in EVENTS:
        for here, following in TRANSITIONS[event].items():
            for there in STAGES:
                if there in following and there != here:
                    arrows.setdefault((here, there), []).append(event)
    lines = ["stateDiagram-v2", "    [*] --> received"]
    lines += [f"    {here} --> {there}: {', '.join(events)}" for (here, there), events in arrows.items()]
    return "\n".join([*lines, "    shipped --> [*]", "    cancelled --> [*]"])


def asks_table() -> str:
    """A Markdown table: a row for each stage, a column for what may be asked for."""
    rows = [
        "| stage | it | " + " | ".join(ASK_TITLES[ask] for ask in ASKS) + " |",
        "|---|---|" + ":-:|" * len(ASKS),
    ]
    for stage in STAGES[1:]:
        marks = ["✓" if stage in ALLOWED[ask] else "–" for ask in ASKS]
        rows.append(f"| `{stage}` | {WORDS[stage]} | {' | '.join(marks)} |")
    return "\n".join(rows)


def section() -> str:
    """What stands in the page between its two marks."""
    return f"{asks_table()}\n\n```mermaid\n{drawing()}\n```"


if __name__ == "__main__":
    print(section())
