"""Making a board a station: of a new one in the place of one that died, by the label that is scanned."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from edge.broker_client import BrokerClient
from edge.contract.codec import BadMessage, decode_holder, decode_presence
from edge.contract.site import Broker
from edge.contract.state import Holder, Presence
from edge.contract.topics import Channel, Topic, subscription
from edge.identity import Adopted

KEEP_ALIVE_S = 10
CONNECT_S = 10.0
SETTLE_S = 0.5
"""What the broker keeps comes right after the subscription; nothing new for this long means that all of it came."""


class NotAdopted(Exception):
    """This board was not made a station; the text says why, and what to do."""


@dataclass
class Known:
    """What the broker keeps of a site's stations."""

    holders: dict[str, Holder] = field(default_factory=dict)
    presences: dict[str, Presence] = field(default_factory=dict)


def ask_broker(site: str, broker: Broker, client_id: str) -> Known:
    """Which board has which name, as the hub has told. Raises: NotAdopted, the broker does not answer; BadSite."""
    known = Known()
    heard, subscribed = threading.Event(), threading.Event()
    client = BrokerClient(broker, client_id, queued_max=10)

    def message(_client: object, _data: object, message: object) -> None:
        topic = Topic.parse(message.topic)  # type: ignore[attr-defined]
        payload = bytes(message.payload)  # type: ignore[attr-defined]
        try:
            if topic.channel is Channel.HOLDER and payload:
                known.holders[topic.device] = decode_holder(payload)
            elif payload:
                known.presences[topic.device] = decode_presence(payload)
        except BadMessage:
            return  # of another version: as if nothing were known of that station
        heard.set()

    wanted = [(subscription(site, channel), 1) for channel in (Channel.HOLDER, Channel.PRESENCE)]
    client.on_connect = lambda client, *_: client.subscribe(wanted)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = message
    client.start(KEEP_ALIVE_S)
    try:
        if not subscribed.wait(CONNECT_S):
            why = client.why or "no answer"
            raise NotAdopted(f"Expected the broker, to learn which board had the name before: {why}")
        while heard.wait(SETTLE_S):
            heard.clear()
    finally:
        client.disconnect()
        client.loop_stop()
    return known


def adoption(
    label: str, board: str, stations: Collection[str], bins: Mapping[str, str], known: Known, *, even_if_online: bool
) -> Adopted:
    """Which station this board becomes, and by what claim.

    Args:
        label: What was scanned: a station's name, or the identity of the board that had it.
        board: This board.
        stations: Of the site.
        bins: Of the site: name to station.
        known: What the broker keeps.
        even_if_online: Whether a board that is online may be put out.

    Raises: NotAdopted.
    """
    text = label.strip().lower()
    station = text if text in stations else next((n for n, h in known.holders.items() if h.board == text), None)
    if station is None and text in bins:
        raise NotAdopted(f"{text} is a bin. Scan the label of its station, or type it: {bins[text]}.")
    if station is None or station not in stations:
        raise NotAdopted(
            f"Expected the label of a station ({', '.join(sorted(stations))}) or of the board that it had, got"
            f" '{label.strip()}'."
        )
    holder, presence = known.holders.get(station), known.presences.get(station)
    if holder is None:
        return Adopted(station=station, claim=1)
    if holder.board == board:
        return Adopted(station=station, claim=holder.claim)
    if presence is not None and presence.online and not even_if_online:
        raise NotAdopted(
            f"{station} is board {holder.board}, and that one is online. Is this the right label? Take the old board"
            " off the network and wait half a minute; or put it out at once with --even-if-online."
        )
    return Adopted(station=station, claim=holder.claim + 1)
