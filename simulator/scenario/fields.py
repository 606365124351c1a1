"""Which keys may stand at a place of a file, asked of the models themselves.

A validator names the place of an unknown key, but not the keys that are known there. They are found by following the
place through the annotations of the models, in the same steps as the validator: keys, indices and tags of unions.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag

from simulator.marks import Loc

__all__ = ["keys_at", "tags_at"]


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that the part at `loc` understands, in the order of the reference; empty where any key may stand.

    >>> from simulator.scenario.schema import Scenario
    >>> keys_at(Scenario, ("parameters", "p_moratorium"))
    ['value', 'range', 'source', 'note']
    """
    return list(dict.fromkeys(key for one in _types_at(model, loc) for key in _keys(one)))


def tags_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The words that tell the forms of the union at `loc` apart; a tag `#status` means the key `status`."""
    tags = [_tag(arm) for one in _types_at(model, loc) for arm in _arms(one)]
    return list(dict.fromkeys(tag.removeprefix("#") for tag in tags if tag))


def _types_at(model: type[BaseModel], loc: Loc) -> list[Any]:
    found: list[Any] = [model]
    for step in loc:
        found = [below for one in found for below in _step(one, step)]
    return found


def _step(annotation: Any, step: str | int) -> Iterator[Any]:
    """The annotations one step below this one."""
    for arm in _arms(annotation):
        kind = _bare(arm)
        if _tag(arm) == step:
            yield kind
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            if not kind.__pydantic_fields_complete__:  # conditions name themselves before they exist
                kind.model_rebuild()
            fields = kind.model_fields.items()
            yield from (field.annotation for name, field in fields if step in (name, field.alias))
        elif get_origin(kind) is dict:
            yield get_args(kind)[1]
        elif get_origin(kind) in (tuple, list):
            yield get_args(kind)[0]


def _arms(annotation: Any) -> Iterator[Any]:
    """The members of a union, each still with its annotations; anything else is its own only arm."""
    kind = _bare(annotation)
    if get_origin(kind) in (Union, types.UnionType):
        for arm in get_args(kind):
            yield from ([arm] if _tag(arm) else _arms(arm))
    else:
        yield annotation


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _tag(annotation: Any) -> str:
    extras = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return next((extra.tag for extra in extras if isinstance(extra, Tag)), "")


def _keys(annotation: Any) -> Iterator[str]:
    for arm in _arms(annotation):
        kind = _bare(arm)
        if isinstance(kind, type) and issubclass(kind, BaseModel) and not _tag(arm):
            yield from (field.alias or name for name, field in kind.model_fields.items())
