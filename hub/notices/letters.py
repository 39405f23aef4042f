"""Writing letters: templates for text and HTML by kind, filled and put into the outbox.

A kind is three templates: ``KIND.subject``, ``KIND.txt`` and ``KIND.html`` in ``templates/``.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.storage import mail
from hub.storage.transaction import Tx

TEMPLATES = Path(__file__).parent / "templates"
SUBJECT_CHARS_MAX = 200
NOT_IN_ADDRESS = ' \t<>,;"()[]\\:'
"""RFC 5322 gives these a meaning of their own; no customer's address needs them."""


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def write_letter(tx: Tx, *, kind: str, ref: str, recipient: str, **content: Any) -> bool:
    """Put a letter into the outbox, once for each event and recipient; whether it was put there.

    Args:
        kind: Which templates.
        ref: What happened, such as a parcel's public id: the same event is told once.
        recipient: An e-mail address; empty: nobody is told.
        content: What the templates show.
    """
    if not _is_address(recipient):
        return False
    templates = _templates()
    subject = " ".join(templates.get_template(f"{kind}.subject").render(content).split())[:SUBJECT_CHARS_MAX]
    return mail.want(
        tx,
        kind=kind,
        ref=ref,
        recipient=recipient.strip(),
        subject=subject,
        plain=templates.get_template(f"{kind}.txt").render(content),
        html=templates.get_template(f"{kind}.html").render(content),
    )


def _is_address(text: str) -> bool:
    """Whether a letter can be sent there at all; the rest is for the mail servers to say."""
    address = text.strip()
    name, _, domain = address.partition("@")
    if not (name and domain and text.isprintable()):
        return False
    return "@" not in domain and not any(c in NOT_IN_ADDRESS for c in address)
