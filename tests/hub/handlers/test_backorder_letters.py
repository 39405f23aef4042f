"""Who waits is written to: at once, at each change of a date, and when something will not come; one letter an order."""

import pytest

from hub.backorder_news import PAUSE_S, BackorderNews
from hub.handlers import backorders, proposals
from hub.handlers.backorder_letters import tell_customers
from hub.handlers.cancel import cancel_order
from hub.handlers.change import Change, LineChange, change_order
from tests.hub.played_benches import UNIT_MG
from tests.hub.restocked_floor import DAY_US, HOUR_US, RestockedFloor

EMAIL = "kari@example.org"


@pytest.fixture
def floor() -> RestockedFloor:
    """Ten of each, and a supplier that takes three working days; customers are written to."""
    floor = RestockedFloor(units=10, mails=True)
    floor.history(60, RED=1, BLUE=1)
    return floor


def ordered(floor: RestockedFloor, ref: str = "A", email: str = EMAIL, **units: int) -> None:
    """An order whose customer has an address."""
    floor.order(ref, **units)
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(
            f"INSERT INTO delivery (order_id, email) SELECT id, '{email}' FROM customer_order WHERE ref = '{ref}'"
        )
    )


def tell(floor: RestockedFloor) -> int:
    told: int = floor.call(lambda tx: tell_customers(tx, floor.policy))
    return told


def letters(floor: RestockedFloor) -> list[tuple[str, str]]:
    """(subject, text) of every letter so far."""
    rows = floor.rows("SELECT recipient, subject, plain FROM mail ORDER BY id")
    assert {row["recipient"] for row in rows} <= {EMAIL}
    return [(row["subject"], row["plain"]) for row in rows]


def test_who_waits_is_written_to_at_once_with_every_line_in_one_letter(floor: RestockedFloor) -> None:
    ordered(floor, RED=14, BLUE=12)
    assert (tell(floor), tell(floor)) == (1, 0)
    [(subject, text)] = letters(floor)
    assert subject == "Your order A: a part of it has to wait"
    assert "  4 x red\n      expected here on Thursday 23 November 2023\n" in text
    assert "  2 x blue\n" in text


def test_what_stands_in_the_house_is_no_news(floor: RestockedFloor) -> None:
    ordered(floor, RED=10)
    assert (tell(floor), letters(floor)) == (0, [])


def test_a_change_says_what_was_told_before_and_several_in_one_review_are_one_letter(floor: RestockedFloor) -> None:
    ordered(floor, RED=14, BLUE=12)
    tell(floor)
    [number] = floor.review()
    tell(floor)
    assert len(letters(floor)) == 1, "the order comes on the day that was told"
    floor.call(lambda tx: proposals.acknowledge(tx, number, "Grace", floor.clock_us + 9 * DAY_US))
    floor.review()
    assert tell(floor) == 1
    subject, text = letters(floor)[-1]
    assert subject == "Your order A: news of what you wait for"
    before = "(we had told you Thursday 23 November 2023)"
    assert text.count(f"expected here on Wednesday 29 November 2023 {before}") == 2


def test_a_date_that_changed_twice_before_anybody_was_told_is_told_once(floor: RestockedFloor) -> None:
    ordered(floor, RED=14)
    tell(floor)
    [number] = floor.review()
    for days in (9, 12):
        floor.call(lambda tx, days=days: proposals.acknowledge(tx, number, "Grace", floor.clock_us + days * DAY_US))
        floor.review()
    tell(floor)
    assert len(letters(floor)) == 2
    assert "Saturday 2 December 2023 (we had told you Thursday 23 November 2023)" in letters(floor)[-1][1]


def test_a_late_delivery_and_then_its_day_are_told(floor: RestockedFloor) -> None:
    ordered(floor, RED=14)
    [number] = floor.review()
    tell(floor)
    floor.clock_us += 20 * DAY_US
    floor.review()
    tell(floor)
    assert "its delivery is late" in letters(floor)[-1][1]
    floor.call(lambda tx: proposals.sent_by_hand(tx, number, "Grace"))
    floor.call(lambda tx: proposals.acknowledge(tx, number, "Grace", floor.clock_us + HOUR_US))
    floor.review()
    tell(floor)
    assert "expected here today" in letters(floor)[-1][1]
    floor.deliver(number, RED=floor.ordered()["RED"])
    floor.review()
    tell(floor)
    assert len(letters(floor)) == 3, "that it came on its day is no news"
    floor.put_all_away()
    floor.review()
    assert tell(floor) == 0


def test_what_will_not_come_is_told(floor: RestockedFloor) -> None:
    floor.terms("RED", stop_sell=True)
    ordered(floor, RED=14)
    tell(floor)
    [(subject, text)] = letters(floor)
    assert subject == "Your order A: a part of it will not come"
    assert "  4 x red\n      we cannot get it any more" in text


@pytest.mark.parametrize("way", ["cancel what waits", "cancel the order", "change the line"])
def test_who_was_told_to_wait_hears_of_it_when_that_is_cancelled(floor: RestockedFloor, way: str) -> None:
    ordered(floor, RED=14)
    tell(floor)
    if way == "cancel what waits":
        floor.call(lambda tx: backorders.cancel_waiting(tx, floor.policy, "A", None))
    elif way == "cancel the order":
        floor.call(lambda tx: cancel_order(tx, "A", waiting_only=False))
    else:
        floor.call(lambda tx: change_order(tx, "A", Change(lines=(LineChange(line=1, units=10),))))
    assert (tell(floor), tell(floor)) == (1, 0)
    subject, text = letters(floor)[-1]
    assert subject == "Your order A: a part of it will not come"
    assert "  4 x red\n      cancelled\n" in text and "You need not" not in text
    assert floor.sound()


def test_who_never_heard_that_it_waits_does_not_hear_that_it_is_cancelled(floor: RestockedFloor) -> None:
    ordered(floor, RED=14)
    floor.call(lambda tx: backorders.cancel_waiting(tx, floor.policy, "A", None))
    assert (tell(floor), letters(floor)) == (0, [])


def test_without_mail_news_is_told_to_nobody_and_is_old_when_mail_is_switched_on() -> None:
    floor = RestockedFloor(units=10)
    ordered(floor, RED=14)
    assert (tell(floor), tell(floor), letters(floor)) == (1, 0, [])
    floor.policy = RestockedFloor(units=10, mails=True).policy
    assert (tell(floor), letters(floor)) == (0, [])
    floor.clock_us += 20 * DAY_US
    floor.review()
    tell(floor)
    [(subject, text)] = letters(floor)
    assert subject == "Your order A: a part of it has to wait", "the first that the customer hears"
    assert "we had told you" not in text


def test_an_order_without_an_address_is_told_to_nobody(floor: RestockedFloor) -> None:
    ordered(floor, email="", RED=14)
    assert (tell(floor), tell(floor), letters(floor)) == (1, 0, [])


def test_the_look_asks_the_writer_only_where_there_is_news_and_rests_between(floor: RestockedFloor) -> None:
    now_s = 0.0
    news = BackorderNews(floor.engine, floor.writer, floor.policy, lambda: now_s)
    ordered(floor, RED=14)
    news.look()
    assert len(letters(floor)) == 1
    ordered(floor, "B", RED=3)
    news.look()
    assert len(letters(floor)) == 1, "it rests"
    now_s += PAUSE_S
    news.look()
    assert len(letters(floor)) == 2
    before = floor.rows("SELECT COUNT(*) AS n FROM audit")
    now_s += PAUSE_S
    news.look()
    assert floor.rows("SELECT COUNT(*) AS n FROM audit") == before


@pytest.mark.parametrize("heard", [True, False])
def test_the_letter_of_the_last_parcel_says_that_all_that_was_waited_for_has_left(heard: bool) -> None:
    floor = RestockedFloor(units=10, mails=True)
    ordered(floor, RED=12)
    if heard:
        tell(floor)
    for units, tote in ((10, "TOTE-1"), (2, "TOTE-2")):
        floor.load_cart(tote)
        floor.pick_all()
        floor.scan("pack-1", tote)
        floor.check_items("pack-1", RED=units)
        floor.scan("pack-1", floor.weigh("pack-1", 100_000 + units * UNIT_MG).expected[0])
        if units == 10:
            setup_more(floor)
    first, last = (text for subject, text in letters(floor) if "is on its way" in subject)
    assert "2 x red" in first and "everything that you waited for" not in first
    assert ("With it everything that you waited for has left." in last) is heard


def setup_more(floor: RestockedFloor) -> None:
    """More comes, and is put away."""
    number = floor.purchase(RED=2)
    floor.deliver(number, RED=2)
    floor.put_all_away()
