"""Suppliers are told what is to be told them: by e-mail, by webhook, or by a person when neither goes."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from hub.handlers import proposals
from hub.notices.message_sender import TRIES_MAX
from hub.notices.message_webhook import signature_of
from tests.hub.notices.test_smtp_sender import Post
from tests.hub.notices.told_suppliers import OURS, SECRET, Shop, Telling, by_mail, by_webhook, mail_controller
from tests.hub.restocked_floor import DAY_US, RestockedFloor

MAIL = "orders@supplier.example"


@pytest.fixture
def floor() -> RestockedFloor:
    """A floor that has run out of both SKUs; each is asked for every day."""
    floor = RestockedFloor(units=0)
    floor.history(60, RED=5, BLUE=3)
    return floor


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def mail_port(post: Post) -> Iterator[int]:
    controller: Controller = mail_controller(post)
    yield controller.port
    controller.stop()


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


def states(floor: RestockedFloor) -> list[tuple[str, str, int]]:
    rows = floor.rows("SELECT kind, state, tries FROM purchase_message ORDER BY id")
    return [(row["kind"], row["state"], row["tries"]) for row in rows]


def stage(floor: RestockedFloor, number: str) -> str:
    return str(floor.purchase_order(number)["proposal"])


def test_an_order_goes_out_by_e_mail_once_with_its_sheet_and_its_table(
    floor: RestockedFloor, post: Post, mail_port: int
) -> None:
    floor.supplier(email=MAIL)
    [number] = floor.review()
    telling = by_mail(floor, mail_port)
    assert (telling.later(), telling.later()) == (1, 0)
    [(to, letter)] = post.got
    assert (to, letter["From"], letter["Subject"]) == (MAIL, OURS, f"Purchase order {number} of client")
    [message] = floor.rows("SELECT public FROM purchase_message")
    assert letter["Message-ID"] == f"<{message['public']}@shelflight.example>"
    body, pdf, table = letter.iter_parts()
    assert "please deliver by" in body.get_content() and "RED" in body.get_content()
    assert (pdf.get_filename(), pdf.get_content_type()) == (f"{number}.pdf", "application/pdf")
    assert pdf.get_content().startswith(b"%PDF-")
    assert (table.get_filename(), table.get_content_type()) == (f"{number}.csv", "text/csv")
    assert f"{number},1," in table.get_content()
    assert stage(floor, number) == "sent"
    assert floor.exceptions() == []


def test_an_order_goes_out_by_webhook_signed_with_its_own_key(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(email=MAIL, webhook=shop.url)
    [number] = floor.review()
    assert by_webhook(floor, Supplier=SECRET).later() == 1
    [(headers, body)] = shop.came
    [message] = floor.rows("SELECT public FROM purchase_message")
    assert headers["Idempotency-Key"] == message["public"]
    assert headers["X-Shelflight-Signature"] == signature_of(SECRET, 1_700_000_000, body)
    [done] = shop.done.values()
    assert (done["type"], done["purchase_order"]) == ("purchase_order.order", number)
    assert {line["sku"]: line["units"] for line in done["lines"]} == floor.ordered()
    assert stage(floor, number) == "sent"


def test_without_a_secret_nothing_is_signed(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(webhook=shop.url)
    floor.review()
    assert by_webhook(floor, Other=SECRET).later() == 1
    assert "X-Shelflight-Signature" not in shop.came[0][0]


def test_without_a_mail_server_a_person_is_told_at_once(floor: RestockedFloor) -> None:
    floor.supplier(email=MAIL)
    [number] = floor.review()
    assert Telling(floor, "email", None).later() == 0
    assert states(floor) == [("order", "failed", 0)]
    assert floor.exceptions() == ["supplier_not_told"]
    [row] = floor.rows("SELECT detail FROM exception")
    assert "this site has no mail server ([mail] in shipping.toml). Tell it yourself" in row["detail"]
    floor.call(lambda tx: proposals.cancel(tx, number, "Grace"))
    assert [kind for kind, _, _ in states(floor)] == ["order"], "it never heard of the order"


@pytest.mark.parametrize("status", [0, 408, 409, 429, 500, 503])
def test_what_may_be_taken_later_is_tried_again_after_a_pause_under_the_same_key(
    floor: RestockedFloor, shop: Shop, status: int
) -> None:
    floor.supplier(webhook=shop.url)
    floor.review()
    shop.answers = [status]
    telling = by_webhook(floor)
    assert (telling.later(), telling.sender.send_wanted(), len(shop.came)) == (0, 0, 1)
    assert telling.later() == 1
    assert len({headers["Idempotency-Key"] for headers, _ in shop.came}) == 1
    assert states(floor) == [("order", "sent", 2)]


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 422])
def test_what_is_refused_for_good_is_told_to_a_person_at_once(floor: RestockedFloor, shop: Shop, status: int) -> None:
    floor.supplier(webhook=shop.url)
    [number] = floor.review()
    shop.answers = [status]
    telling = by_webhook(floor)
    assert (telling.later(), telling.later(), len(shop.came)) == (0, 0, 1)
    assert (states(floor), floor.exceptions()) == ([("order", "failed", 1)], ["supplier_not_told"])
    assert f"answer {status}: no" in floor.rows("SELECT detail FROM exception")[0]["detail"]
    floor.call(lambda tx: proposals.sent_by_hand(tx, number, "Grace"))
    assert (stage(floor, number), floor.exceptions()) == ("sent", [])


def test_after_the_last_try_a_person_is_told(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(webhook=shop.url)
    floor.review()
    shop.answers = [503] * (TRIES_MAX + 5)
    telling = by_webhook(floor)
    for _ in range(TRIES_MAX + 5):
        telling.later()
    assert len(shop.came) == TRIES_MAX
    assert (states(floor), floor.exceptions()) == ([("order", "failed", TRIES_MAX)], ["supplier_not_told"])


def test_one_bad_message_holds_up_no_other(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(webhook="http://127.0.0.1:1/po")  # nobody listens there
    floor.review()
    floor.supplier(webhook=shop.url)
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE purchase_order_line SET open = 0"))
    floor.clock_us += 8 * DAY_US
    assert len(floor.review()) == 1
    assert by_webhook(floor).later() == 1
    assert [state for _, state, _ in states(floor)] == ["wanted", "sent"]


def test_a_mail_server_that_is_not_there_is_asked_once_a_round_and_every_message_counts_it(
    floor: RestockedFloor, shop: Shop
) -> None:
    floor.supplier(email=MAIL)
    floor.review()
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE purchase_order_line SET open = 0"))
    floor.clock_us += 8 * DAY_US
    floor.review()
    assert by_mail(floor, 1).later() == 0
    assert states(floor) == [("order", "wanted", 1)] * 2


def test_a_mailbox_that_does_not_exist_is_told_to_a_person_and_a_busy_server_is_asked_again(
    floor: RestockedFloor, post: Post, mail_port: int
) -> None:
    floor.supplier(email=MAIL)
    floor.review()
    post.answers = ["451 later", "550 nobody of that name"]
    telling = by_mail(floor, mail_port)
    assert (telling.later(), states(floor)) == (0, [("order", "wanted", 1)])
    assert (telling.later(), states(floor)) == (0, [("order", "failed", 2)])
    assert floor.exceptions() == ["supplier_not_told"]


def test_a_supplier_is_asked_after_an_order_and_told_of_its_end_the_same_way(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(webhook=shop.url)
    [number] = floor.review()
    telling = by_webhook(floor)
    telling.later()
    floor.clock_us = floor.purchase_order(number)["due_us"] + 2 * DAY_US
    floor.review()
    telling.later()
    floor.call(lambda tx: proposals.cancel(tx, number, "Grace"))
    telling.later()
    assert [done["type"] for done in shop.done.values()] == [
        "purchase_order.order",
        "purchase_order.chase",
        "purchase_order.cancel",
    ]


def test_who_may_have_heard_of_an_order_is_told_that_it_is_cancelled(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(webhook=shop.url)
    [number] = floor.review()
    shop.answers = [0]  # it took the order, and the answer was lost
    telling = by_webhook(floor)
    telling.later()
    floor.call(lambda tx: proposals.cancel(tx, number, "Grace"))
    assert telling.later() == 1
    assert [(kind, state) for kind, state, _ in states(floor)] == [("order", "failed"), ("cancel", "sent")]
    assert [done["type"] for done in shop.done.values()] == ["purchase_order.cancel"]


def test_an_order_whose_end_is_decided_before_it_goes_out_does_not_go_out(floor: RestockedFloor, shop: Shop) -> None:
    floor.supplier(webhook=shop.url)
    [number] = floor.review()
    floor.call(lambda tx: proposals.cancel(tx, number, "Grace"))
    assert (by_webhook(floor).later(), shop.came) == (0, [])
