"""The entry point: answers what needs no imports, and turns everything that goes wrong into a message and a code.

| exit | meaning |
| --- | --- |
| 0 | done |
| 1 | done, but an expectation failed |
| 2 | the command line is wrong |
| 3 | a scenario, a name or a folder is not valid |
| 4 | stopped by a limit |
| 70 | a bug in this program |
| 130 | interrupted |
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence

from simulator import __version__

__all__ = ["entry", "main"]

BUG, INTERRUPTED, LIMIT, REFUSED = 70, 130, 4, 3
_SYSTEM = frozenset({errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EPERM})


def entry() -> None:
    """Run the command line of this process and leave with its exit code."""
    _prepare_streams()
    sys.exit(_flushed(main(sys.argv[1:])))


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    words = [word for place, word in enumerate(arguments) if place >= end or word != "--traceback"]
    try:
        return _run(words)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        return 0  # whoever reads has read enough
    except MemoryError:
        _warn("error: out of memory\n")
        return LIMIT
    except Exception as error:
        if len(words) < len(arguments):
            import traceback

            _warn("".join(traceback.format_exception(error)))
        return _told(error, words)


def _run(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        sys.stdout.write(f"treatysim {__version__}\n")
        return 0
    from simulator.cli.app import build  # typer costs more than --version may take

    try:
        code = build()(args=words, prog_name="treatysim", standalone_mode=False)
    except SystemExit as stop:
        # typer ends the process itself where the reader of a pipe has gone, and after completion.
        return 0 if isinstance(stop.__context__, BrokenPipeError) else _code(stop.code)
    return _interrupted() if code == INTERRUPTED else _code(code)


def _code(code: object) -> int:
    if isinstance(code, str):
        _warn(f"{code}\n")
    return code if isinstance(code, int) else int(code is not None)


def _told(error: Exception, words: list[str]) -> int:
    """Say what went wrong; where that goes wrong, too, because nothing can be written, say it without form."""
    try:
        return _failed(error, words)
    except BrokenPipeError:
        return getattr(error, "exit_code", BUG)
    except OSError as second:
        _warn(f"error: {error}\nerror: the output cannot be written: {second.strerror}\n")
        return getattr(error, "exit_code", REFUSED)


def _failed(error: Exception, words: list[str]) -> int:
    """Say what went wrong, at the length that the kind of error deserves."""
    from simulator.errors import Diagnostic, StoreError, TreatySimError

    if isinstance(error, OSError) and error.errno in _SYSTEM:
        place = str(error.filename or "the output")
        error = StoreError(diagnostics=[Diagnostic("TS602", f"cannot be written: {error.strerror}", place)])
    if isinstance(error, TreatySimError):
        from simulator.cli.failure import report_error

        return report_error(error, words)
    if hasattr(error, "format_message") and hasattr(error, "show"):
        from simulator.cli.failure import report_usage

        return report_usage(error, words)
    if type(error).__name__ == "Abort":
        return _interrupted()
    return _bug(error, words)


def _warn(text: str) -> None:
    """Write to stderr, if that is possible at all."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)


def _interrupted() -> int:
    _warn("interrupted\n")
    return INTERRUPTED


def _bug(error: Exception, words: list[str]) -> int:
    """Write the trace to a file, and tell the user where it is and that it is not their fault."""
    import tempfile
    import traceback

    trace = "".join(traceback.format_exception(error))
    about = f"treatysim {__version__}, Python {sys.version}, {sys.platform}\n{words}\n\n{trace}"
    where = "the trace could not be written; --traceback shows it"
    try:
        handle, path = tempfile.mkstemp(prefix="treatysim-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(about)
        where = f"the trace is in {path}; --traceback shows it here"
    except OSError:
        pass
    message = f"this is a bug in treatysim: {type(error).__name__}: {str(error).partition(chr(10))[0][:200]}"
    from simulator.cli.failure import wants_json

    if wants_json(words):
        from simulator.cli.output import about as manifest
        from simulator.cli.output import emit, envelope

        problem = {"code": "TS902", "message": message, "hint": where}
        emit(envelope(None, manifest(words[0]), diagnostics=[problem], ok=False))
    else:
        _warn(f"error: {message}\n  {where}\n")
    return BUG


def _prepare_streams() -> None:
    """Make sure that both streams exist and that no character can break them."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flushed(code: int) -> int:
    """Write out what is buffered; a stream that breaks now must not break the exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            if not isinstance(error, BrokenPipeError) and stream is sys.stdout:
                _warn(f"error: the output cannot be written: {error.strerror}\n")
                code = code or REFUSED
            # The interpreter flushes once more when it ends; give it a place where that works.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code


if __name__ == "__main__":
    entry()
