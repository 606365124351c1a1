"""The compiler: the functions of this package as machine code, cached for the machine, the version and the sources.

numba is imported here and nowhere else. The compiled functions are made from copies, so that the interpreted ones stay
what they are. Two kinds: small ones are compiled into whoever calls them; those of `OUTER` are compiled once and called
by their symbol, because the compiler otherwise works through everything a function calls again for every caller, which
takes minutes. All take the two arrays as bare pointers: no bounds, no negative places, no reference counts.

The cache lies in the user's cache folder, in a folder of its own for each state of the sources: numba looks only at the
file of a function, not at what it calls.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, get_type_hints

from simulator.engine.flat import bits, primitives

__all__ = ["cache_folder", "compiled", "has_compiler", "is_warm", "seconds_to_load", "sources_digest"]

# Modules in the order in which they call each other, and in each the functions that are called by symbol.
OUTER: dict[str, tuple[str, ...]] = {
    "memory": ("undo",),
    "days": ("month_of", "add_months", "first_day"),
    "agenda": ("push", "push_wake", "schedule"),
    "steps": (),
    "conditions": ("holds",),
    "decide": ("decide",),
    "crowd": ("decide_all",),
    "reacts": ("happen", "became"),
    "guards_joining": ("joining",),
    "guards_leaving": ("leaving", "ends"),
    "moves": ("fire", "move"),
    "endings": ("touch", "close", "close_all", "lapse", "terminate", "consequences", "links"),
    "entry": ("new_pending", "drop_pending", "enter", "party_entry", "shut", "thresholds"),
    "effects": ("leave", "deny", "retest_deferred", "apply_due"),
    "claims": ("new_claim", "suspend", "object_", "resume", "perform", "allege", "lift"),
    "deeds": ("sign", "consent", "succeed", "disclaim", "withdraw_consent", "notify_withdrawal", "extinct", "invalid"),
    "acts": ("do_one", "do"),
    "force": ("force_status",),
    "owed": ("scripted", "carry_out", "change_variables"),
    "day": ("prefix", "run"),
    "tallying": ("add_moves", "run_only", "chunk"),
}
# Called from Python, through ctypes, which lets other threads run meanwhile.
CALLED = (
    *(("day", "prefix"), ("day", "run"), ("memory", "undo")),
    *(("tallying", "add_moves"), ("tallying", "run_only"), ("tallying", "chunk")),
)


def has_compiler() -> bool:
    """Whether numba can be imported; it is not imported to find out."""
    return importlib.util.find_spec("numba") is not None


@cache
def sources_digest() -> str:
    """Return what names the state of the sources: the cache of another state is never used."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def cache_folder() -> Path:
    """Return where compiled code is kept: `NUMBA_CACHE_DIR` if it is set, else the user's cache folder."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    root = Path(given) if given else Path(home) / "treatysim"
    return root / f"kernel-{sources_digest()}-py{sys.version_info[0]}{sys.version_info[1]}"


def is_warm() -> bool:
    """Whether compiled code of these sources lies in the cache, to the last function."""
    return (cache_folder() / "complete").exists()


def _signature(function: Any, types: Any) -> Any:
    """The machine's types of a function, read from its annotations: pointers and 64-bit numbers."""
    from simulator.engine.flat.memory import Large, Program, Small, World

    pointers: dict[Any, Any] = dict.fromkeys((Program, World), types.CPointer(types.int64))
    pointers |= {Large: types.CPointer(types.int64), Small: types.CPointer(types.int32)}
    hints = get_type_hints(function)
    result = types.void if hints["return"] is type(None) else types.int64
    return result(*(pointers.get(hint, types.int64) for name, hint in hints.items() if name != "return"))


def _by_symbol(symbol: str, signature: Any) -> Any:
    """A function that was compiled before, called as numba's functions call each other: the result goes through memory.

    The C function around it would do as well, but is one more call.
    """
    from llvmlite import ir

    cgutils, imputils, types, templates = (
        importlib.import_module(f"numba.core.{name}") for name in ("cgutils", "imputils", "types", "typing.templates")
    )

    def stand_in() -> None:
        """Stands for the function where others are compiled."""

    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        error, result = ir.IntType(8).as_pointer(), context.get_value_type(signature.return_type)
        kinds = [result.as_pointer(), error.as_pointer(), *(one.type for one in args)]
        callee = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.IntType(32), kinds), symbol)
        found, raised = cgutils.alloca_once(builder, result), cgutils.alloca_once(builder, error)
        builder.call(callee, [found, raised, *args])
        return builder.load(found)

    templates.infer_global(stand_in, types.Function(templates.make_concrete_template(symbol, stand_in, [signature])))
    imputils.lower_builtin(stand_in, *signature.args)(code)
    return stand_in


def _instructions() -> dict[object, Any]:
    """What the processor does in one instruction: the lowest bit of a word, and how many bits are set."""
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    @intrinsic
    def lowest(_typing: Any, _word: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

        return types.int64(types.int64), code

    @intrinsic
    def ones(_typing: Any, _word: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return builder.ctpop(args[0])

        return types.int64(types.int64), code

    return {bits.lowest: lowest, bits.ones: ones}


@contextmanager
def _settings(folder: Path) -> Iterator[None]:
    """Let numba see our cache folder and how to compile, and afterwards its user's settings again.

    They are set in the environment, because numba reads it anew whenever it has changed and forgets what was set
    elsewhere. Code of another state of the sources would call symbols that are not there, which ends the process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ.get(name) for name in ("NUMBA_CACHE_DIR", "NUMBA_OPT", "NUMBA_LOOP_VECTORIZE")}
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    os.environ.setdefault("NUMBA_OPT", "1")  # an eighth less time to compile than at 2, and the same speed
    os.environ.setdefault("NUMBA_LOOP_VECTORIZE", "0")  # the loops here are short: a set is a word or two
    config: Any = importlib.import_module("numba").config
    config.reload_config()
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        config.reload_config()


class _Compiler:
    """Makes compiled copies module by module; `made` is what stands in place of each interpreted function."""

    def __init__(self) -> None:
        import llvmlite.binding
        import numba

        self.numba: Any = numba
        self.symbols: Any = llvmlite.binding
        # Without `forceinline` a run takes half as long again.
        self.options = {"cache": True, "error_model": "numpy", "forceinline": True}
        self.inner = {
            "cache": True,
            "error_model": "numpy",
            "no_cpython_wrapper": True,
            "no_cfunc_wrapper": True,
        }  # called by machine code only
        self.made: dict[object, Any] = {
            getattr(bits, name): self.numba.njit(**self.inner)(getattr(primitives, name)) for name in bits.TWINS
        }
        self.made |= _instructions()
        self.called: dict[tuple[str, str], Any] = {}

    def module(self, name: str) -> None:
        """Compile one module; those that it calls have been compiled before."""
        source = vars(importlib.import_module(f"simulator.engine.flat.{name}"))
        scope = dict(source)
        copies = {}
        for word, found in source.items():
            if isinstance(found, FunctionType) and found.__module__ == source["__name__"]:
                copies[word] = FunctionType(found.__code__, scope, word, found.__defaults__)
                copies[word].__annotations__ = found.__annotations__
                copies[word].__module__ = found.__module__
                self.made[found] = self._stand_in(name, word, found, copies[word])
        for word, found in source.items():
            if isinstance(found, FunctionType) and found in self.made:
                scope[word] = self.made[found]
        for word in sorted(OUTER[name], key=lambda one: source[one].__code__.co_firstlineno):
            made = self.numba.cfunc(_signature(source[word], self.numba.types), **self.options)(copies[word])
            inside = made._library.get_pointer_to_function(made.native_name.removeprefix("cfunc."))
            self.symbols.add_symbol(_symbol(name, word), inside)
            self.called[name, word] = made

    def _stand_in(self, name: str, word: str, original: Any, copied: Any) -> Any:
        if word in OUTER[name]:
            return _by_symbol(_symbol(name, word), _signature(original, self.numba.types))
        return self.numba.njit(**self.inner)(copied)

    def callable(self, module: str, function: str) -> Any:
        """Return a compiled function for Python: arrays are given by their addresses."""
        signature = self.called[module, function]._sig
        kinds = [ctypes.c_int64 if one == self.numba.types.int64 else ctypes.c_void_p for one in signature.args]
        result = ctypes.c_int64 if signature.return_type == self.numba.types.int64 else None
        return ctypes.CFUNCTYPE(result, *kinds)(self.called[module, function].address)


def _symbol(module: str, function: str) -> str:
    return f"treatysim_{sources_digest()}_{module}_{function}"


# Called before machine code is made; a command line says there that it will take a while.
before_compiling: Callable[[], None] | None = None


def seconds_to_load() -> float:
    """Compile everything, or load it if this machine has compiled it before; return how long that took."""
    started = time.perf_counter()
    compiled()
    return time.perf_counter() - started


@cache
def compiled() -> dict[tuple[str, str], Any]:
    """Return the compiled functions of `CALLED`, each called with the addresses of arrays and with numbers."""
    if before_compiling is not None and not is_warm():
        before_compiling()
    folder = cache_folder()
    with _settings(folder):
        maker = _Compiler()
        for name in OUTER:
            maker.module(name)
    (folder / "complete").touch()
    # The libraries must live as long as the process: what calls them knows only their addresses.
    compiled.keep = maker  # type: ignore[attr-defined]
    return {key: maker.callable(*key) for key in CALLED}
