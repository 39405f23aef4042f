"""The outbox of letters: written in the transaction that is their cause, sent after it."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from hub.storage.shipping_tables import mail
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter to be sent."""

    id: int
    public: str
    kind: str
    ref: str
    recipient: str
    subject: str
    plain: str
    html: str
    tries: int
    created_us: int


_COLUMNS = [mail.c[name] for name in Letter.__dataclass_fields__]


def want(tx: Tx, *, kind: str, ref: str, recipient: str, subject: str, plain: str, html: str) -> bool:
    """Write a letter to the outbox, unless this event has one for this recipient; whether it was written."""
    row = tx.connection.execute(
        text(
            "INSERT INTO mail (public, kind, ref, recipient, subject, plain, html, state, created_us)"
            " VALUES (:public, :kind, :ref, :recipient, :subject, :plain, :html, 'wanted', :now)"
            " ON CONFLICT (kind, ref, recipient) DO NOTHING RETURNING id"
        ),
        {
            "public": tx.ids.new(),
            "kind": kind,
            "ref": ref,
            "recipient": recipient,
            "subject": subject,
            "plain": plain,
            "html": html,
            "now": tx.now_us,
        },
    ).one_or_none()
    if row is not None:
        tx.changed("mail")
    return row is not None


def wanted(connection: Connection, limit: int) -> list[Letter]:
    """Letters to send, the oldest first."""
    rows = connection.execute(select(*_COLUMNS).where(text("state = 'wanted'")).order_by(mail.c.id).limit(limit))
    return [Letter(**row._mapping) for row in rows]


def sent(tx: Tx, letter_id: int, answer: str) -> None:
    """The mail server has taken it."""
    values = {"state": "sent", "sent_us": tx.now_us, "detail": answer}
    tx.connection.execute(mail.update().where(mail.c.id == letter_id, mail.c.state == "wanted").values(**values))
    tx.changed("mail")


def refused(tx: Tx, letter_id: int, why: str) -> None:
    """The mail server does not take it, and never will."""
    values = {"state": "refused", "detail": why}
    tx.connection.execute(mail.update().where(mail.c.id == letter_id, mail.c.state == "wanted").values(**values))
    tx.changed("mail")


def failed(tx: Tx, letter_id: int, why: str) -> int:
    """It could not be sent now; how often that was."""
    row = tx.connection.execute(
        text("UPDATE mail SET tries = tries + 1, detail = :why WHERE id = :id RETURNING tries"),
        {"id": letter_id, "why": why},
    )
    return int(row.scalar_one())


def letters_of(connection: Connection, ref: str) -> list[dict[str, object]]:
    """What was written about an event's subject: kind, recipient, state, when."""
    rows = connection.execute(
        text("SELECT kind, recipient, state, created_us, sent_us, detail FROM mail WHERE ref = :ref ORDER BY id"),
        {"ref": ref},
    )
    return [dict(row._mapping) for row in rows]
