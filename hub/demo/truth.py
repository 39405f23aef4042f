"""Comparing the book with the world, place by place."""

from typing import Any

from hub.demo.world import World

TOLD_MAX = 10
"""So many differences of each kind are named."""


def compare(world: World, book: dict[str, Any]) -> dict[str, int]:
    """How far the hub's book is from what really lies where.

    ``bins_wrong``: bins whose units differ. ``units_missing``: units by which all places together differ, by SKU.
    ``parcels_wrong``: parcels that left with other contents than the book says.
    """
    return {
        "bins_wrong": len(wrong_bins(world, book)),
        "units_missing": sum(abs(units) for units in missing_units(world, book).values()),
        "parcels_wrong": len(wrong_parcels(world, book)),
    }


def told(world: World, book: dict[str, Any]) -> dict[str, list[str]]:
    """What differs, in words, by ``bins``, ``units`` and ``parcels``: at most :data:`TOLD_MAX` of each."""
    shipped = book["parcels"]
    bins = [
        f"{name}: {_words(there)} there, {_words(booked)} by the book"
        for name, (there, booked) in sorted(wrong_bins(world, book).items())
    ]
    units = [
        f"{sku}: {abs(difference)} {'more' if difference > 0 else 'fewer'} in the house than by the book"
        for sku, difference in sorted(missing_units(world, book).items())
    ]
    parcels = [
        f"{name}: {_words(world.parcels[name].count() if name in world.parcels else {})} in it,"
        f" {_words(shipped[name]['contents'] if name in shipped else {})} by the book"
        for name in wrong_parcels(world, book)
    ]
    return {"bins": shortened(bins), "units": shortened(units), "parcels": shortened(parcels)}


def shortened(lines: list[str]) -> list[str]:
    """At most :data:`TOLD_MAX` lines, and how many more there are."""
    left = len(lines) - TOLD_MAX
    return lines if left <= 0 else [*lines[:TOLD_MAX], f"and {left} more"]


def _words(contents: dict[str, int]) -> str:
    return ", ".join(f"{units} of {sku}" for sku, units in sorted(contents.items())) or "nothing"


def wrong_bins(world: World, book: dict[str, Any]) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """(truth, book) of each bin that differs."""
    booked = book["places"].get("bin", {})
    found = {}
    for name in {*world.bins, *booked}:
        there = world.bins[name].count() if name in world.bins else {}
        if there != booked.get(name, {}):
            found[name] = (there, booked.get(name, {}))
    return found


def missing_units(world: World, book: dict[str, Any]) -> dict[str, int]:
    """Units by SKU that are in the house by the book (negative) or in truth (positive) only."""
    difference: dict[str, int] = {}
    piles = [*world.bins.values(), *world.totes.values(), *world.plates.values(), world.putback]
    for pile in piles:
        for sku, units in pile.count().items():
            difference[sku] = difference.get(sku, 0) + units
    for kind in ("bin", "tote", "plate", "putback", "parcel"):
        for contents in book["places"].get(kind, {}).values():
            for sku, units in contents.items():
                difference[sku] = difference.get(sku, 0) - units
    return {sku: units for sku, units in difference.items() if units}


def wrong_parcels(world: World, book: dict[str, Any]) -> list[str]:
    """Tracking numbers of parcels whose contents are not what the book says."""
    shipped = {name: parcel["contents"] for name, parcel in book["parcels"].items() if parcel["state"] == "shipped"}
    names = {*world.parcels, *shipped}
    return sorted(
        name
        for name in names
        if (world.parcels[name].count() if name in world.parcels else {}) != shipped.get(name, {})
    )
