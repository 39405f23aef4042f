"""``shipping.toml`` and its secrets: what would be unsafe is refused."""

from pathlib import Path

import pytest

from edge.contract.site import BadSite
from hub.site.shipping_file import SIGNING_CHARS_MIN, load_shipping, read_secret

MAIL = """
[mail]
host = "{host}"
sender = "orders@shelflight.example"
username = "us"
password_file = "password"
"""


@pytest.mark.parametrize("said", ["", " \n", "seven77\n"])
def test_a_signing_secret_has_at_least_eight_characters(tmp_path: Path, said: str) -> None:
    file = tmp_path / "secret"
    file.write_text(said, "utf-8")
    with pytest.raises(BadSite, match="expected a secret of at least 8 characters, got"):
        read_secret(str(file), SIGNING_CHARS_MIN)
    file.write_text("eight888\n", "utf-8")
    assert read_secret(str(file), SIGNING_CHARS_MIN) == "eight888"


def test_no_secret_is_empty(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n", "utf-8")
    with pytest.raises(BadSite, match="at least 1 characters, got 0"):
        read_secret(str(tmp_path / "secret"))


def test_a_password_is_not_sent_in_clear_to_another_machine(tmp_path: Path) -> None:
    file = tmp_path / "shipping.toml"
    file.write_text(MAIL.format(host="mail.example"), "utf-8")
    with pytest.raises(BadSite, match="expected starttls = true with a username"):
        load_shipping(tmp_path)
    file.write_text(MAIL.format(host="mail.example") + "starttls = true", "utf-8")
    assert load_shipping(tmp_path).mail is not None
    file.write_text(MAIL.format(host="127.0.0.1"), "utf-8")
    assert load_shipping(tmp_path).mail is not None
