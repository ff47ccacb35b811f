"""JSON whose numbers keep their spelling and whose keys keep their order, read and written."""

from __future__ import annotations

import json


class Number(str):
    """A number as it was written."""


def read(text: str) -> object:
    return json.loads(text, parse_int=Number, parse_float=Number)


def compact(value: object) -> str:
    """Without any white space, keys in their order: the spelling of a backend and of a reply."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(k)}:{compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def spread(value: object) -> str:
    """With one member of the outer objects on a line, so that a finding's line says something."""
    if not isinstance(value, dict) or not value:
        return compact(value)
    return "{\n" + ",\n".join(f"{compact(k)}: {compact(v)}" for k, v in value.items()) + "\n}\n"


def fill(value: object, words: dict[str, str]) -> object:
    """The value with each `<word>` in its texts and keys replaced."""
    if isinstance(value, Number) or not isinstance(value, (str, list, dict)):
        return value
    if isinstance(value, list):
        return [fill(each, words) for each in value]
    if isinstance(value, dict):
        return {fill(key, words): fill(each, words) for key, each in value.items()}
    for word, meaning in words.items():
        value = value.replace(f"<{word}>", meaning)
    return value
