"""Letters leave the outbox: each is sent until a server took it or refused it for good, and then no more."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from hub.notices.letters import write_letter
from hub.notices.smtp_sender import TRIES_MAX, SmtpSender
from tests.hub.stocked_floor import StockedFloor

SENDER = "orders@shelflight.example"
MISTYPED = ("anna@[x", "a@[", "joe@[1.2", r"(@\_Q):?.", "a@b@example.org")


class Post:
    """What the mail server got; it answers as it is told to, in turn, then takes everything."""

    def __init__(self) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.answers: list[str] = []
        self.sender_refused = False

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.sender_refused:
            return "550 not from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            made = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.got.append((envelope.rcpt_tos[0], made))
        return answer


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def server(post: Post) -> Iterator[Controller]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


class Sending:
    """A sender whose clock the test moves."""

    def __init__(self, floor: StockedFloor, port: int) -> None:
        self.now_s = 0.0
        self.sender = SmtpSender(
            host="127.0.0.1",
            port=port,
            sender=SENDER,
            engine=floor.engine,
            writer=floor.writer,
            monotonic_s=lambda: self.now_s,
        )

    def later(self) -> int:
        """Send, however short the time since it was tried last."""
        self.now_s += 10_000
        return self.sender.send_wanted()


@pytest.fixture
def sending(floor: StockedFloor, server: Controller) -> Sending:
    return Sending(floor, server.port)


def write(floor: StockedFloor, ref: str = "parcel-1", recipient: str = "kari@example.org") -> bool:
    line = {"units": 3, "description": "Tasse <Été> & Кружка"}
    content: dict[str, Any] = {"name": "Kari", "order": "A", "carrier": "Overseas", "service": "Europe Road"}
    content |= {"tracking": "SF1", "expected": "Monday 7 March 2011", "lines": [line], "left": [], "sender": "Us"}
    written: bool = floor.call(lambda tx: write_letter(tx, kind="shipped", ref=ref, recipient=recipient, **content))
    return written


def states(floor: StockedFloor) -> list[str]:
    return [row["state"] for row in floor.rows("SELECT state FROM mail ORDER BY id")]


def test_a_letter_is_sent_once_as_text_and_html(floor: StockedFloor, sending: Sending, post: Post) -> None:
    assert write(floor)
    assert (sending.later(), sending.later()) == (1, 0)
    [(to, letter)] = post.got
    assert (to, letter["From"], letter["Subject"]) == ("kari@example.org", SENDER, "Your order A is on its way")
    plain, html = (part.get_content() for part in letter.iter_parts())
    assert "3 x Tasse <Été> & Кружка" in plain
    assert "3 x Tasse &lt;Été&gt; &amp; Кружка" in html
    assert states(floor) == ["sent"]


def test_the_same_event_is_told_once(floor: StockedFloor, sending: Sending, post: Post) -> None:
    assert [write(floor), write(floor), write(floor, recipient="bo@example.org")] == [True, False, True]
    sending.later()
    assert [to for to, _ in post.got] == ["kari@example.org", "bo@example.org"]


def test_a_server_that_cannot_now_is_asked_again_after_a_pause(
    floor: StockedFloor, sending: Sending, post: Post
) -> None:
    post.answers = ["451 later", "250 taken"]
    write(floor)
    assert (sending.later(), sending.sender.send_wanted(), len(post.got)) == (0, 0, 0)
    assert (sending.later(), states(floor)) == (1, ["sent"])


def test_what_a_server_refuses_for_good_is_not_sent_again_and_a_person_hears_of_it(
    floor: StockedFloor, sending: Sending, post: Post
) -> None:
    post.answers = ["550 nobody of that name"]
    write(floor)
    write(floor, ref="parcel-2")
    assert (sending.later(), sending.later()) == (1, 0)
    assert states(floor) == ["refused", "sent"]
    assert floor.exceptions() == ["letter_refused"]


def test_a_letter_is_not_tried_for_ever(floor: StockedFloor, sending: Sending, post: Post) -> None:
    post.answers = ["451 later"] * (TRIES_MAX + 5)
    write(floor)
    for _ in range(TRIES_MAX):
        sending.later()
    assert states(floor) == ["refused"]
    assert len(post.answers) == 5


def test_without_a_server_letters_wait(floor: StockedFloor) -> None:
    sending = Sending(floor, 1)  # nobody listens there
    write(floor)
    assert (sending.later(), states(floor)) == (0, ["wanted"])
    assert floor.rows("SELECT tries FROM mail") == [{"tries": 0}], "the letter is not to blame"


def test_a_hub_that_dies_before_it_notes_a_letter_sends_it_again_under_the_same_message_id(
    floor: StockedFloor, sending: Sending, post: Post
) -> None:
    write(floor)
    sending.later()
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE mail SET state = 'wanted', sent_us = NULL"))
    sending.later()
    first, second = (letter["Message-ID"] for _, letter in post.got)
    assert first == second


def test_what_is_no_address_is_not_written_to(floor: StockedFloor) -> None:
    for recipient in ("", "kari", "@example.org", "a b@example.org", "kari@example.org\nBcc: x@example.org", *MISTYPED):
        assert not write(floor, recipient=recipient)
    assert states(floor) == []


@pytest.mark.parametrize("recipient", ["anna@[x", "a@["])
def test_a_letter_that_cannot_be_written_is_refused_and_the_next_is_sent(
    floor: StockedFloor, sending: Sending, recipient: str
) -> None:
    write(floor)
    write(floor, ref="parcel-2")
    change = "UPDATE mail SET recipient = ? WHERE ref = 'parcel-1'"
    floor.call(lambda tx: tx.connection.exec_driver_sql(change, (recipient,)))
    assert (sending.later(), states(floor)) == (1, ["refused", "sent"])
    assert floor.exceptions() == ["letter_refused"]


def test_while_our_own_address_is_refused_letters_wait(floor: StockedFloor, sending: Sending, post: Post) -> None:
    post.sender_refused = True
    write(floor)
    assert (sending.later(), states(floor), floor.exceptions()) == (0, ["wanted"], [])
    post.sender_refused = False
    assert sending.sender.send_wanted() == 0, "the server is left alone for a while"
    assert (sending.later(), states(floor)) == (1, ["sent"])


def test_letters_that_rest_do_not_keep_the_others_from_being_sent(
    floor: StockedFloor, sending: Sending, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.notices.smtp_sender.LETTERS_MAX", 1)
    post.answers = ["451 later"]
    write(floor)
    write(floor, ref="parcel-2")
    sending.later()
    assert (sending.sender.send_wanted(), states(floor)) == (1, ["wanted", "sent"])
