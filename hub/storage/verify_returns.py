"""The invariants of returns, each a query that finds nothing: name -> SQL. :mod:`hub.storage.verify` asks them."""

from hub.storage.return_places import REFURBISH, RETURNS, TO_SUPPLIER

_PLACES = (
    (RETURNS, "SELECT n.sku_id, i.lot_id, i.units - i.graded AS units FROM return_item i"
              " JOIN return_line n ON n.id = i.return_line_id"),
    *((place, "SELECT n.sku_id, i.lot_id, g.left_units AS units FROM return_grade g"
              " JOIN return_item i ON i.id = g.return_item_id JOIN return_line n ON n.id = i.return_line_id"
              f" WHERE g.grade = '{grade}'") for place, grade in ((REFURBISH, "B"), (TO_SUPPLIER, "S"))),
)  # fmt: skip


def _lies_there(place: str, there: str) -> str:
    return (
        f"SELECT '{place}' AS place, a.sku_id, a.lot_id, SUM(a.booked) AS booked, SUM(a.units) AS units FROM ("
        "SELECT b.sku_id, b.lot_id, b.on_hand AS booked, 0 AS units FROM balance b JOIN location l"
        f" ON l.id = b.location_id AND l.name = '{place}' WHERE b.on_hand <> 0 UNION ALL"
        f" SELECT t.sku_id, t.lot_id, 0 AS booked, t.units FROM ({there}) t WHERE t.units <> 0) a"
        " GROUP BY a.sku_id, a.lot_id HAVING SUM(a.booked) <> SUM(a.units)"
    )


RETURN_INVARIANTS: dict[str, str] = {
    "returned_was_shipped": (
        "SELECT l.id AS line, l.shipped, COALESCE(r.units, 0) AS counted, COALESCE(n.units, 0) AS lines"
        " FROM (SELECT order_line_id AS id FROM returned_units UNION SELECT order_line_id FROM return_line"
        " WHERE order_line_id IS NOT NULL) k JOIN order_line l ON l.id = k.id"
        " LEFT JOIN returned_units r ON r.order_line_id = k.id"
        " LEFT JOIN (SELECT order_line_id, SUM(waiting + received + graded) AS units FROM return_line"
        "  WHERE order_line_id IS NOT NULL GROUP BY order_line_id) n ON n.order_line_id = k.id"
        " WHERE COALESCE(r.units, 0) > l.shipped OR COALESCE(r.units, 0) <> COALESCE(n.units, 0)"
    ),
    "return_lines_add_up": (
        "SELECT n.id AS line, n.units, n.waiting, n.received, n.graded, n.expired, n.cancelled,"
        " COALESCE(i.came, 0) AS came, COALESCE(i.graded, 0) AS looked_at FROM return_line n"
        " LEFT JOIN (SELECT return_line_id, SUM(units) AS came, SUM(graded) AS graded FROM return_item"
        "  GROUP BY return_line_id) i ON i.return_line_id = n.id"
        " WHERE n.units <> n.waiting + n.received + n.graded + n.expired + n.cancelled"
        " OR n.received + n.graded <> COALESCE(i.came, 0) OR n.graded <> COALESCE(i.graded, 0)"
    ),
    "graded_adds_up": (
        "SELECT i.id AS item, i.units, i.graded, COALESCE(g.units, 0) AS said FROM return_item i"
        " LEFT JOIN (SELECT return_item_id, SUM(units) AS units FROM return_grade GROUP BY return_item_id) g"
        " ON g.return_item_id = i.id WHERE i.graded > i.units OR i.graded <> COALESCE(g.units, 0)"
    ),
    "returned_goods_have_a_return": " UNION ALL ".join(_lies_there(*one) for one in _PLACES),
    "graded_has_one_refund": (
        "SELECT g.id AS grade, n.order_line_id, COUNT(f.id) AS refunds FROM return_grade g"
        " JOIN return_item i ON i.id = g.return_item_id JOIN return_line n ON n.id = i.return_line_id"
        " LEFT JOIN refund f ON f.grade_id = g.id GROUP BY g.id, n.order_line_id, n.graded"
        " HAVING COUNT(f.id) <> CASE WHEN n.order_line_id IS NULL THEN 0 ELSE 1 END"
    ),
    "paid_back_is_due": (
        "SELECT r.number, SUM(f.goods_minor + f.shipping_minor) AS credited, SUM(f.pay_minor) AS paid FROM refund f"
        " JOIN customer_return r ON r.id = f.return_id GROUP BY r.id, r.number"
        " HAVING SUM(f.pay_minor) > SUM(f.goods_minor + f.shipping_minor) OR MIN(f.pay_minor) < 0"
    ),
}
