"""The stages of a return drawn as Mermaid text, with a table of what each means, for ``docs/returns.md``.

Print them anew: ``python -m hub.domain.return_drawing``.
"""

from hub.domain.return_states import (
    RETURN_ENDED,
    RETURN_EVENTS,
    RETURN_STAGES,
    RETURN_WORDS,
    TRANSITIONS,
    ReturnEvent,
    ReturnStage,
)


def return_drawing() -> str:
    """A Mermaid state diagram: an arrow for each pair of stages, with the events that lead there; what changes no
    stage is left out."""
    arrows: dict[tuple[ReturnStage, ReturnStage], list[ReturnEvent]] = {}
    for event in RETURN_EVENTS:
        for here, following in TRANSITIONS[event].items():
            for there in RETURN_STAGES:
                if there in following and there != here:
                    arrows.setdefault((here, there), []).append(event)
    lines = ["stateDiagram-v2", "    [*] --> new"]
    lines += [f"    {here} --> {there}: {', '.join(events)}" for (here, there), events in arrows.items()]
    return "\n".join([*lines, *(f"    {stage} --> [*]" for stage in RETURN_STAGES if stage in RETURN_ENDED)])


def return_stages_table() -> str:
    """A Markdown table: a row for each stage, and what can happen at it."""
    rows = ["| stage | it | what can happen |", "|---|---|---|"]
    for stage in RETURN_STAGES[1:]:
        events = ", ".join(event for event in RETURN_EVENTS if stage in TRANSITIONS[event])
        rows.append(f"| `{stage}` | {RETURN_WORDS[stage]} | {events} |")
    return "\n".join(rows)


def return_section() -> str:
    """What stands in the page between its two marks."""
    return f"{return_stages_table()}\n\n```mermaid\n{return_drawing()}\n```"


if __name__ == "__main__":
    print(return_section())
