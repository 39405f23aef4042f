"""The section ``[returns]`` of a site's file as the rules know it, and what in it cannot be."""

from collections.abc import Iterator
from pathlib import Path

from edge.contract.site import Site
from edge.contract.stated_returns import StatedReturns
from hub.domain.return_terms import DEFAULT_REASONS, UNANNOUNCED, ReturnReason, ReturnTerms


def return_terms_of(stated: StatedReturns, docks_with_scale: tuple[str, ...] = ()) -> ReturnTerms:
    """The terms that a site's file states, for its docks."""
    reasons = tuple(ReturnReason(code=r.code, words=r.words, ours=r.ours, grade=r.grade) for r in stated.reasons)
    return ReturnTerms(
        window_days=stated.window_days,
        arrive_days=stated.arrive_days,
        reasons=reasons or DEFAULT_REASONS,
        refund_percent=(
            ("A", stated.refund_percent_a),
            ("B", stated.refund_percent_b),
            ("C", stated.refund_percent_c),
            ("S", stated.refund_percent_s),
        ),
        shipping=stated.shipping,
        exchange_at=stated.exchange_at,
        exchange_priority=stated.exchange_priority,
        sku_grades=tuple((own.sku, own.grade) for own in stated.grades),
        weighed_at=docks_with_scale if stated.weigh else (),
        refund_webhook=stated.refund_webhook,
        refund_secret_file=stated.refund_secret_file,
    )


def docks_with_scale(site: Site) -> tuple[str, ...]:
    """The docks that can weigh."""
    return tuple(s.name for s in site.stations.values() if s.kind == "dock" and s.scale is not None)


def return_faults(directory: Path, site: Site, skus: frozenset[str]) -> Iterator[str]:
    """What the section says that cannot be, one sentence each."""
    stated = site.file.returns
    codes = [reason.code for reason in stated.reasons]
    where = f"{directory / 'site.toml'}: returns"
    for code in sorted({code for code in codes if codes.count(code) > 1 or code == UNANNOUNCED.code}):
        yield f"{where}: reasons: code: expected each once, and not '{UNANNOUNCED.code}', got '{code}'."
    for own in stated.grades:
        if own.sku not in skus:
            yield f"{where}: grades: sku: expected an SKU of items.csv, got '{own.sku}'."
    if stated.weigh and not docks_with_scale(site):
        yield f"{where}: weigh: expected a dock with a scale, got none."
    if bool(stated.refund_secret_file) and not stated.refund_webhook:
        yield f"{where}: refund_secret_file: expected refund_webhook with it, got none."
