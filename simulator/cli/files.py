"""Files that commands write: in full or not at all, and never over another unless that was asked for."""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_bytes", "write_text"]


def write_text(path: Path, text: str, *, replace: bool = False) -> None:
    """Write a text file as a whole; raises what `write_bytes` raises."""
    write_bytes(path, text.encode(), replace=replace)


def write_bytes(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file as a whole.

    Raises: StoreError -- there is such a file already (without `replace`), or the operating system refuses.
    """
    from simulator.errors import Diagnostic, StoreError

    made = False
    try:
        with path.open("wb" if replace else "xb") as file:
            made = not replace
            file.write(content)
    except OSError as error:
        message, hint = f"cannot be written: {error.strerror or error}", ""
        if isinstance(error, FileExistsError):
            message, hint = "this file exists already", "nothing is overwritten; name another file"
        elif isinstance(error, FileNotFoundError):
            message, hint = "there is no such folder", "make it first, or name a file elsewhere"
        if made:
            path.unlink(missing_ok=True)
        raise StoreError(diagnostics=[Diagnostic("TS602", message, str(path), hint=hint)]) from None
