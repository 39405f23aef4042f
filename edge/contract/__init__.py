"""What both sides must agree on: events, desired and reported state, commands, topics, site and hands.

The edge owns this contract, for it produces the facts; the hub conforms. Standard library and msgspec only.
"""
