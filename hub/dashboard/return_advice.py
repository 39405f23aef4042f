"""What exceptions about returns are called on a page, and what a person does about them."""

RETURN_ADVICE = {
    "return_wrong": (
        "Sent back, but never sent out",
        "Nothing is due for it. Look at it at the returns bench, ask the customer, then close this.",
    ),
    "return_differs": (
        "More came back than was announced",
        "It is of the same order and was taken. This closes when all of the return is graded.",
    ),
    "return_unknown": (
        "Goods of an unknown order",
        "Find out whose they are and name the order on the return's page; then what is due is paid back.",
    ),
    "return_label_refused": ("No label for a return", "Tell the customer to take another way; the slip goes with it."),
    "exchange_unreturned": (
        "Sent in exchange, nothing came back",
        "Ask the customer for the goods or their price, then close this.",
    ),
    "refund_not_told": (
        "A shop does not take refunds",
        "Mend refund_webhook in site.toml or the shop; it is tried on by itself, and closes when it is taken.",
    ),
}
"""Kind of exception: its title, and the advice."""
