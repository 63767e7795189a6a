"""Output that cannot be written, or that nobody reads to its end."""

import signal
import time
from pathlib import Path

import pytest

from tests.tools.cli.process import FAILING, run, shell


def test_an_encoding_that_lacks_letters_does_no_harm() -> None:
    """Names that the output's encoding does not have are printed with escapes."""
    Path("ä\udcff.yaml").write_text(FAILING.replace("Orders:", '"Ördér":'), encoding="utf-8")
    with run("check", ".") as process:
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, b"")
    assert b"E9601" in out


def test_a_closed_pipe_ends_it_quietly() -> None:
    """A reader that goes away (`| head`) ends the command without a word, however much is left to say."""
    many = "Resources:\n" + "".join(
        FAILING.partition("\n")[2].replace("Orders:", f"Orders{index}:").replace("Log:", f"Log{index}:")
        for index in range(400)
    )
    Path("many.yaml").write_text(many, encoding="utf-8")
    process = run("check", "many.yaml")
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_ctrl_c_ends_it_quietly() -> None:
    """Ctrl-C ends the command with 130 and without a traceback."""
    script = (
        "import sys; from vended_logs_tools.cli import main; print('ready', flush=True); sys.exit(main(['check', '-']))"
    )
    process = run(script=script)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    # From here on it reads standard input, to which nothing is written.
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_of() -> None:
    """An output that cannot be written is one line on standard error, and 2."""
    with Path("/dev/full").open("wb") as full, run("check", "failing.yaml", stdout=full) as process:
        _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err == b"vended-logs: the output cannot be written (No space left on device): give it another place\n"


def test_no_output_at_all_is_no_harm() -> None:
    """With standard output closed, the exit code is all that is told."""
    done = shell("check failing.yaml >&-")
    assert (done.returncode, done.stderr) == (1, b"")
