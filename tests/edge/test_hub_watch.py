"""A hub that does not answer is lost, whatever the broker says."""

from edge.hub_watch import HUB_SILENT_US, HubWatch


def watch() -> HubWatch:
    watch = HubWatch()
    watch.connected(True)
    return watch


def test_a_hub_that_acknowledges_nothing_is_lost_after_the_longest_pause_between_two_tries() -> None:
    hub = watch()
    assert hub.look(waiting=1, acknowledged=0, now_us=0)
    assert hub.look(waiting=2, acknowledged=0, now_us=HUB_SILENT_US - 1)
    assert not hub.look(waiting=2, acknowledged=0, now_us=HUB_SILENT_US)
    assert hub.look(waiting=1, acknowledged=1, now_us=HUB_SILENT_US + 1), "it is back with the first it acknowledges"
    assert hub.look(waiting=0, acknowledged=2, now_us=9 * HUB_SILENT_US)


def test_a_hub_from_which_nothing_is_wanted_is_not_lost() -> None:
    hub = watch()
    assert hub.look(waiting=0, acknowledged=0, now_us=0)
    assert hub.look(waiting=0, acknowledged=0, now_us=9 * HUB_SILENT_US)
    assert hub.look(waiting=1, acknowledged=0, now_us=9 * HUB_SILENT_US)


def test_a_new_link_is_given_its_time() -> None:
    hub = watch()
    assert hub.look(waiting=1, acknowledged=0, now_us=0)
    hub.connected(False)
    assert not hub.look(waiting=1, acknowledged=0, now_us=HUB_SILENT_US)
    hub.connected(True)
    assert hub.look(waiting=1, acknowledged=0, now_us=HUB_SILENT_US)
    assert not hub.look(waiting=1, acknowledged=0, now_us=2 * HUB_SILENT_US)
