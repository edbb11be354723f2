"""Who may use the folder of the native stack."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.native.home import DiskFull, Occupied, occupied, require_space

HOLD = """
import sys, time
from pathlib import Path
from console.native.home import occupied
with occupied(Path(sys.argv[1]), print) as home:
    if len(sys.argv) > 2:  # leave a child that holds the folder for a second
        import subprocess
        subprocess.Popen(["sleep", "1"], pass_fds=[home.lock])
        sys.exit()
    print("held", flush=True)
    time.sleep(60)
"""


def silent(text: str) -> None: ...


def test_a_second_run_on_one_folder_is_refused_with_the_process_of_the_first(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Occupied, match=rf"already runs on .*\(process {holder.pid}\)"), occupied(tmp_path, silent):
            pass
    finally:
        holder.kill()
        holder.communicate()


def test_a_folder_whose_supervisor_is_still_stopping_is_waited_for(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", HOLD, str(tmp_path), "leave"], check=True)
    told: list[str] = []
    with occupied(tmp_path, told.append):
        assert told == ["the last run is still stopping; waiting for it"]


def test_a_folder_is_free_again_when_the_run_has_ended(tmp_path: Path) -> None:
    with occupied(tmp_path, silent):
        pass
    with occupied(tmp_path, silent) as home:
        assert (home.run / "lock").read_text() == str(os.getpid())


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match=r"only \d+ MiB are free") as told:
        require_space(tmp_path, 1 << 40)
    assert "\n" not in str(told.value)
