from pathlib import Path

import pytest

from pauta.blobs.store import Blobs
from pauta.storage.connection import Database
from pauta.storage.migrate import migrate
from pauta.storage.spill import Spill


@pytest.fixture(params=["sqlite"])
def database(tmp_path: Path):
    opened = Database(tmp_path / "pauta.db")
    migrate(opened, 1)
    yield opened
    opened.close()


@pytest.fixture
def spill(tmp_path: Path) -> Spill:
    return Spill(Blobs(tmp_path / "files"), threshold=200)
