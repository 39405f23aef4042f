"""What a person does by REST in place of a light: a count on paper, a station's tasks taken back."""

from collections.abc import Iterator

import pytest

from tests.hub.api_floor import UNITS_A_BIN, ApiFloor


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("api")) as floor:
        yield floor


def test_a_count_on_paper_changes_the_book_and_stands_in_the_audit(floor: ApiFloor) -> None:
    answer = floor.client.post("/api/counts", json={"bin": "bay-01/01", "units": UNITS_A_BIN - 3, "actor": "Ana"})
    assert (answer.status_code, answer.json()["change"]) == (200, -3)
    book = floor.client.get("/api/book").json()["places"]["bin"]["bay-01/01"]
    assert list(book.values()) == [UNITS_A_BIN - 3]
    with floor.hub.engine.begin() as connection:
        row = connection.exec_driver_sql("SELECT actor, action, ref FROM audit ORDER BY id DESC LIMIT 1").one()
    assert tuple(row) == ("Ana", "count on paper", f"bay-01/01: {UNITS_A_BIN - 3}")


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("/api/counts", {"bin": "bay-01/99", "units": 1, "actor": "Ana"}, 404, "got 'bay-01/99'"),
        ("/api/counts", {"bin": "bay-01/01", "units": -1, "actor": "Ana"}, 422, "units: "),
        ("/api/counts", {"bin": "bay-01/01", "units": 1, "actor": " "}, 422, "actor: "),
        ("/api/stations/bay-77/force", {"actor": "Ana"}, 404, "got 'bay-77'"),
        ("/api/stations/bay-01/force", {}, 422, "actor: expected a value, got none."),
    ],
)
def test_what_is_not_of_this_site_is_refused_in_words(
    floor: ApiFloor, path: str, body: dict[str, object], status: int, told: str
) -> None:
    answer = floor.client.post(path, json=body)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_a_station_without_tasks_has_none_to_give_back(floor: ApiFloor) -> None:
    answer = floor.client.post("/api/stations/bay-01/force", json={"actor": "Ana"})
    assert answer.json() == {"station": "bay-01", "tasks": 0}
