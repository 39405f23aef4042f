"""Running the product as a user who may write nowhere but where everybody may."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOBODY = "65534"


def as_nobody(*arguments: object) -> list[str]:
    """The command that runs Python with these arguments as a user without rights; as ourselves, if we have none."""
    drop = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"] if os.geteuid() == 0 else []
    return [*drop, sys.executable, "-B", *map(str, arguments)]


@cache
def why_not_as_nobody() -> str:
    """Why nothing can be run as a user without rights here; empty if it can."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "needs setpriv to give up root's rights"
    tried = subprocess.run(as_nobody("-c", "import hub.cli"), cwd=ROOT, capture_output=True, timeout=30)
    return "" if tried.returncode == 0 else "a user without rights cannot read the repository or its environment here"
