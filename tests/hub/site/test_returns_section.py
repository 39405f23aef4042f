"""The section [returns] of a site's file: what it says, and what in it cannot be."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite, Site, SiteFile
from edge.contract.stated_returns import ItemGrade, StatedReason, StatedReturns
from hub.demo.site_maker import write_site
from hub.domain.return_terms import DEFAULT_REASONS, ReturnReason, ReturnTerms
from hub.site.catalogue import load_catalogue
from hub.site.returns import return_faults, return_terms_of
from tests.hub.demo_site import default_site


def site_with(returns: StatedReturns) -> Site:
    return Site(file=SiteFile(name="demo", client="demo", returns=returns), stations={})


def test_a_site_that_says_nothing_has_the_programs_terms() -> None:
    assert return_terms_of(StatedReturns()) == ReturnTerms()
    assert return_terms_of(StatedReturns()).reasons == DEFAULT_REASONS


def test_what_a_site_says_is_what_holds() -> None:
    stated = StatedReturns(
        window_days=14,
        reasons=(StatedReason(code="moth", words="Moths", ours=True, grade="C"),),
        refund_percent_b=50,
        shipping="always",
        exchange_at="authorised",
        grades=(ItemGrade(sku="JAR", grade="S"),),
        refund_webhook="http://127.0.0.1:9/refunds",
    )
    terms = return_terms_of(stated)
    assert (terms.window_days, terms.shipping, terms.exchange_at) == (14, "always", "authorised")
    assert terms.reasons == (ReturnReason(code="moth", words="Moths", ours=True, grade="C"),)
    assert (terms.percent(terms.reason("other"), "B"), terms.percent(terms.reason("moth"), "C")) == (50, 100)
    assert terms.proposed("JAR", terms.reason("moth")) == "S"


def test_what_comes_back_is_weighed_where_a_site_says_so_and_a_dock_can() -> None:
    assert return_terms_of(StatedReturns(weigh=True), ("dock-1",)).weighed_at == ("dock-1",)
    assert return_terms_of(StatedReturns(), ("dock-1",)).weighed_at == ()


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        (
            StatedReturns(reasons=(StatedReason(code="a", words="A"), StatedReason(code="a", words="B"))),
            "reasons: code: expected each once, and not 'unannounced', got 'a'",
        ),
        (StatedReturns(reasons=(StatedReason(code="unannounced", words="A"),)), "got 'unannounced'"),
        (StatedReturns(grades=(ItemGrade(sku="NONE", grade="A"),)), "expected an SKU of items.csv, got 'NONE'"),
        (StatedReturns(weigh=True), "weigh: expected a dock with a scale, got none"),
        (StatedReturns(refund_secret_file="s"), "expected refund_webhook with it, got none"),
    ],
)
def test_what_cannot_be_is_said(returns: StatedReturns, said: str) -> None:
    [fault] = return_faults(Path("site"), site_with(returns), frozenset({"JAR"}))
    assert said in fault and fault.startswith("site/site.toml: returns")


def test_a_site_whose_section_is_wrong_does_not_start(tmp_path: Path) -> None:
    files = default_site()
    for name, right, wrong, said in (
        ("secret", 'refund_secret_file = ""', 'refund_secret_file = "nowhere"', "refund_webhook with it"),
        ("window", "window_days = 30", "window_days = 0", "window_days"),
    ):
        assert right in files["site.toml"], "the demo's file says all of the section"
        changed = {**files, "site.toml": files["site.toml"].replace(right, wrong)}
        write_site(tmp_path / name, changed)
        with pytest.raises(BadSite, match=said):
            load_catalogue(tmp_path / name)
