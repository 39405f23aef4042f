"""The invariants of drop shipping, as queries that must find nothing: no unit is lost or made up."""

ORDER_LINE_IS_DROP_LINES = (
    # what an order line has at suppliers is what its lines of purchase orders wait for
    "SELECT l.id AS line, l.at_supplier, COALESCE(d.units, 0) AS waiting FROM order_line l"
    " LEFT JOIN (SELECT order_line_id, SUM(waiting) AS units FROM drop_ship_line GROUP BY order_line_id) d"
    " ON d.order_line_id = l.id WHERE l.at_supplier <> COALESCE(d.units, 0)"
)
DROP_LINE_ADDS_UP = (
    # ordered = waiting + dispatched + cancelled + declined, and what was ordered of the supplier is what stands there
    "SELECT d.line_id, d.units, p.ordered, d.waiting, d.dispatched, d.cancelled, d.declined, d.asked_back"
    " FROM drop_ship_line d JOIN purchase_order_line p ON p.id = d.line_id"
    " JOIN order_line l ON l.id = d.order_line_id JOIN drop_ship_order o ON o.purchase_order_id = d.purchase_order_id"
    " WHERE d.units <> d.waiting + d.dispatched + d.cancelled + d.declined OR d.asked_back > d.waiting"
    " OR d.units <> p.ordered OR p.sku_id <> l.sku_id OR p.purchase_order_id <> d.purchase_order_id"
    " OR o.order_id <> l.order_id OR p.open <> 0 OR p.received <> 0"
)
DISPATCHED_IS_BOOKED = (
    # each unit dispatched is in a parcel, and went by one transfer from the supplier to the customer
    "SELECT d.line_id, d.dispatched, COALESCE(c.units, 0) AS in_parcels, COALESCE(c.booked, 0) AS booked"
    " FROM drop_ship_line d LEFT JOIN (SELECT c.line_id, SUM(c.units) AS units, SUM(t.units) AS booked"
    "  FROM drop_ship_parcel_line c JOIN drop_ship_line w ON w.line_id = c.line_id"
    "  JOIN order_line l ON l.id = w.order_line_id JOIN transfer t ON t.id = c.transfer_id AND t.reason = 'drop_ship'"
    "   AND t.kind = 'move' AND t.sku_id = l.sku_id JOIN location f ON f.id = t.from_id AND f.kind = 'supplier'"
    "  JOIN location g ON g.id = t.to_id AND g.kind = 'customer' GROUP BY c.line_id) c ON c.line_id = d.line_id"
    " WHERE d.dispatched <> COALESCE(c.units, 0) OR d.dispatched <> COALESCE(c.booked, 0)"
)
BOOKED_IS_DISPATCHED = (
    # and no such transfer is without its parcel, or has two
    "SELECT t.id AS transfer, t.units, COUNT(c.line_id) AS parcels FROM transfer t"
    " LEFT JOIN drop_ship_parcel_line c ON c.transfer_id = t.id AND c.units = t.units"
    " WHERE t.reason = 'drop_ship' GROUP BY t.id, t.units HAVING COUNT(c.line_id) <> 1"
)
ENDED_WAITS_FOR_NOTHING = (
    # nothing waits at a supplier for a purchase order that has ended; and of one that has not, something does
    "SELECT p.number, p.state, r.state AS proposal, SUM(d.waiting) AS waiting FROM drop_ship_order o"
    " JOIN purchase_order p ON p.id = o.purchase_order_id JOIN proposal r ON r.purchase_order_id = p.id"
    " LEFT JOIN drop_ship_line d ON d.purchase_order_id = p.id GROUP BY p.id, p.number, p.state, r.state"
    " HAVING (p.state = 'received' OR r.state = 'cancelled') = (COALESCE(SUM(d.waiting), 0) > 0)"
)

CHECKS = {
    "at_supplier_is_drop_lines": ORDER_LINE_IS_DROP_LINES,
    "drop_line_adds_up": DROP_LINE_ADDS_UP,
    "dispatched_is_booked": DISPATCHED_IS_BOOKED,
    "booked_drop_ship_has_a_parcel": BOOKED_IS_DISPATCHED,
    "ended_drop_ship_waits_for_nothing": ENDED_WAITS_FOR_NOTHING,
}
"""By name. They read what drop shipping has written, and the lines of orders once."""
