import subprocess
import sys
from pathlib import Path

from pauta.storage.locks import OwnerLocks


def test_a_shard_has_one_owner(tmp_path: Path):
    one, two = OwnerLocks(tmp_path / "owners.lock"), OwnerLocks(tmp_path / "owners.lock")
    assert one.take(0)
    assert not two.take(0)
    assert two.take(1)
    one.close()
    two.close()


def test_a_shard_that_was_given_back_can_be_taken(tmp_path: Path):
    one, two = OwnerLocks(tmp_path / "owners.lock"), OwnerLocks(tmp_path / "owners.lock")
    assert one.take(0)
    one.release(0)
    assert two.take(0)
    two.close()
    assert one.take(0)
    one.close()


def test_a_killed_process_owns_nothing_any_more(tmp_path: Path):
    program = (
        "import sys; from pathlib import Path; from pauta.storage.locks import OwnerLocks\n"
        f"locks = OwnerLocks(Path({str(tmp_path / 'owners.lock')!r}))\n"
        "print(locks.take(5), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        locks = OwnerLocks(tmp_path / "owners.lock")
        assert other.stdout.readline().strip() == b"True"
        assert not locks.take(5)
        other.kill()
        other.wait()
        assert locks.take(5)
        locks.close()
