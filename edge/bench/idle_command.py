"""What ``shelflight-edge bench idle`` does: choose a station, measure it, say what was found."""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from edge.bench.idle import RESIDENT_BYTES_MAX, Idle, NotMeasured, measure
from edge.bench.idle_site import write_site
from edge.contract.site import BadSite, load_site

MET, NOT_MET, NOT_MEASURED, NOT_WRITTEN = 0, 1, 2, 4
MIB = 1024 * 1024


def run(
    *,
    station: str,
    site: Path | None,
    seconds: float,
    settle_s: float,
    picks: int,
    hub: bool,
    work: Path,
    json_file: Path | None,
) -> int:
    """Measure and tell; the exit code."""
    try:
        with tempfile.TemporaryDirectory(dir=work, prefix="idle-") as made:
            directory = Path(made).resolve()
            files = write_site(directory / "site") if site is None else site
            loaded = load_site(files)
            chosen = loaded.station(station)
            if picks and not (chosen.is_bay and chosen.scale is not None and chosen.bins):
                raise NotMeasured(
                    f"{station}: expected a bay with a scale to pick from, it is none: leave out --picks."
                )
            found = measure(loaded, files, chosen, directory, seconds=seconds, settle_s=settle_s, picks=picks, hub=hub)
    except (BadSite, NotMeasured, OSError) as error:
        print(error, file=sys.stderr)
        return NOT_MEASURED
    print(in_words(found))
    if json_file is not None:
        try:
            json_file.write_text(json.dumps(asdict(found) | {"is_met": found.is_met}, indent=1) + "\n")
        except OSError as error:
            print(f"--json {json_file}: expected a file to write to, got: {error}.", file=sys.stderr)
            return NOT_WRITTEN
    return MET if found.is_met else NOT_MET


def in_words(found: Idle) -> str:
    """The figures as a person reads them."""
    limit = "" if found.camera else f" (below {RESIDENT_BYTES_MAX / MIB:.0f})"
    lines = [
        f"{found.station}, {found.bins} bins, hub: {found.hub}, {found.seconds:.0f} s; its devices' twins are included",
        f"processor  {found.cpu_pct:.2f} % of one core (below {found.cpu_pct_max:.0f})",
        f"memory     {found.resident_bytes / MIB:.1f} MiB resident{limit}",
        f"written    {found.written_bytes_per_hour / 1000:.0f} kB an hour, {found.facts} facts told meanwhile",
    ]
    if found.written_bytes_per_pick is not None:
        lines.append(
            f"a pick     {found.written_bytes_per_pick / 1000:.1f} kB written, {found.facts_per_pick:.1f} facts"
            f" ({found.picks} picks with their weight)"
        )
    return "\n".join(lines)
