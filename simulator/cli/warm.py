"""`treatysim warm`: the compiler's work ahead of the first large ensemble."""

from __future__ import annotations

import typer

from simulator.cli.options import Json, examples


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("warm", epilog=examples("treatysim warm", "treatysim warm --json"))(warm)


def warm(json: Json = False) -> None:
    """Compile the engine for large ensembles.

    Later ones start at once. Needs numba. The machine code lies in the user's cache folder and is made once for each
    version.
    """
    from simulator.cli.ensembleprogress import compiling
    from simulator.cli.output import about, emit, envelope, say
    from simulator.ensemble.engines import announce, prepare
    from simulator.errors import Diagnostic, ExtraError

    announce(compiling)
    ready = prepare()
    if not ready:
        hint = "install it: python -m pip install 'numba>=0.61'; without it the same numbers take longer"
        raise ExtraError(diagnostics=[Diagnostic("TS607", "there is no compiler (numba)", "warm", hint=hint)])
    if json:
        engines = [{"engine": name, "seconds": round(took, 3)} for name, took in ready]
        emit(envelope({"engines": engines}, about("warm")))
        return
    for name, took in ready:
        say(f"{name}: ready in {took:.1f} s")
