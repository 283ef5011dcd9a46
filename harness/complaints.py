"""Complaints: the validation errors of pydantic, as lines for the person who wrote a sweep file."""

import contextlib
import datetime
import re
import reprlib
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.options import NAME, Json
from harness.registry import suggestion

WHOLE_NUMBER, NUMBER, TEXT = "must be a whole number", "must be a number", "must be text in quotes"
LIST, TABLE, SWITCH = "must be a list, as in [1, 2]", "must be a table", "must be true or false"
NAMES = "lower-case letters, digits, _ . and -, beginning with a letter or a digit"
LONGEST_NAME = 64
TABLES = (BaseModel, Mapping)
# Kind of a validation error -> what is asked for instead; {limits} are pydantic's.
ASKED_FOR: Mapping[str, str] = {
    "missing": "is missing; add it",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be greater than or equal to {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be less than or equal to {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "finite_number": "must be a number that is not inf or nan",
    "too_short": "needs {min_length} or more values; it has {actual_length}",
    "too_long": "takes at most {max_length} values",
    "string_too_short": "needs {min_length} or more characters",
    "string_too_long": "takes at most {max_length} characters",
    "string_pattern_mismatch": "must match the regular expression {pattern}",
    "string_unicode": "has characters that no text can have",
    "none_required": "cannot be set here; leave it out",
    "int_parsing_size": "has too many digits",
    "recursion_loop": "is nested too deep",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), WHOLE_NUMBER),
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing"), NUMBER),
    **dict.fromkeys(("string_type", "path_type", "bytes_type"), TEXT),
    **dict.fromkeys(("bool_type", "bool_parsing"), SWITCH),
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), LIST),
    **dict.fromkeys(("iterable_type", "set_item_not_hashable"), LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "mapping_type"), TABLE),
}
OTHERWISE = "cannot be this; `captcha-harness list` says what can be"


class _Short(reprlib.Repr):
    """Shortens a value of TOML to a part of a line."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 60
        self.maxdict, self.maxlist, self.maxlevel = 3, 8, 3

    def repr_int(self, x: int, level: int) -> str:
        """Spell out a number, or say that it has very many digits, which Python refuses to do."""
        return str(x) if x.bit_length() <= 128 else "a number of very many digits"  # noqa: PLR2004

    def repr_bool(self, x: bool, level: int) -> str:
        """Spell a truth value as TOML does."""
        return str(x).lower()

    def repr_instance(self, x: object, level: int) -> str:
        """Spell dates as TOML does, anything else as Python does."""
        if isinstance(x, datetime.date | datetime.time):
            return x.isoformat()
        return super().repr_instance(x, level)

    repr_date = repr_time = repr_datetime = repr_instance


def shown(value: object) -> str:
    """Shorten a value, and spell it as it may stand in a sweep file."""
    return _Short().repr(value)


def taken(row: type[BaseModel] | None, option: str) -> tuple[str, ...]:
    """List the choices of an option that a row accepts, if it lists any: attacks have `norms`."""
    accepted: tuple[str, ...] = getattr(row, f"{option}s", ())
    return accepted if isinstance(accepted, tuple) else ()


def bad_name(name: str) -> str:
    """Describe what is wrong with the name of a table; empty if nothing is."""
    if len(name) > LONGEST_NAME:
        return f"a name of {len(name)} characters; at most {LONGEST_NAME}"
    return "" if re.fullmatch(NAME, name) else f"no name: {NAMES}"


def complaints(
    error: ValidationError, where: str, content: object, row: type[BaseModel] | None = None
) -> list[str]:
    """Describe a validation error of pydantic, a line for each value that it refused.

    Args:
        error: what it raised.
        where: the table, "" for the file itself.
        content: what was to be validated.
        row: what it was to be; where it takes fewer choices than its type has, those are named.
    """
    asked: dict[str, dict[str, str]] = {}  # key -> kind of each error -> our text for it
    unions: set[str] = set()  # keys where no member of a union fitted
    lines = []
    for detail in error.errors(include_url=False):
        parts, member = _walked(detail, content)
        key = ".".join(part for part in (where, *parts) if part)
        unions |= {key} if member else set()
        asked.setdefault(key, {})[detail["type"]] = _text(detail, row)
    for key, texts in asked.items():
        nearer = any(other.startswith(f"{key}.") for other in asked)
        # Of a union, the member that came nearest; what is wrong in a list is there, not missing.
        if not (nearer and (key in unions or "too_short" in texts)):
            lines.append(_line(key, _nearest(texts)))
    return lines


def _nearest(texts: Mapping[str, str]) -> list[str]:
    """Choose the texts of those members of a union that have the right type, if there are any."""
    right = [text for kind, text in texts.items() if not kind.endswith(("_type", "_parsing"))]
    return list(dict.fromkeys(right or texts.values()))


def _walked(detail: ErrorDetails, content: Json) -> tuple[list[str], bool]:
    """List the keys and indices that lead to a value; tell whether it is a member of a union."""
    parts, member, inside = [], False, content
    last = len(detail["loc"]) - 1
    for number, part in enumerate(detail["loc"]):
        if isinstance(inside, BaseModel):
            inside = dict(inside)
        known = isinstance(inside, Mapping) and part in inside
        if known or isinstance(part, int):
            parts.append(str(part))
            with contextlib.suppress(TypeError, KeyError, IndexError):
                inside = inside[part]
        elif number == last and detail["type"] in ("missing", "extra_forbidden"):
            parts.append(str(part))
        else:
            member = True
    return parts, member


def _text(detail: ErrorDetails, row: type[BaseModel] | None) -> str:
    """Describe one error: what is asked for instead, or the message of a validator of ours."""
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind in ("value_error", "assertion_error"):
        cause = context.get("error")
        if isinstance(cause, ValidationError):  # a validator that validates: what is inside counts
            return "; ".join(complaints(cause, "", value))
        return str(cause)
    if kind == "extra_forbidden":
        if row is None or len(detail["loc"]) > 1:
            return "unknown key"
        return f"unknown key; {suggestion(str(detail['loc'][0]), row.model_fields)}"
    text = ASKED_FOR.get(kind, OTHERWISE).format_map(context)
    if context.get("pattern") == NAME:
        text = f"no name: {NAMES}"
    if kind == "literal_error":
        choices = [c.strip("'") for c in re.split(", | or ", str(context.get("expected", "")))]
        accepted = taken(row, str(detail["loc"][0])) or choices
        text = suggestion(shown(value).strip("'"), [c for c in choices if c in accepted])
    # Of a table, the key says which it is.
    return text if kind == "missing" or isinstance(value, TABLES) else f"= {shown(value)}: {text}"


def _line(key: str, texts: list[str]) -> str:
    """Join a key and its texts to a line: members of a union one after the other."""
    value, colon, _text = texts[0].partition(": ")
    if colon and value.startswith("= ") and all(text.startswith(f"{value}: ") for text in texts):
        first, *others = (text.removeprefix(f"{value}: ") for text in texts)
        asked = " or ".join([first, *(other.removeprefix("must be ") for other in others)])
        texts = [f"{value}: {asked}"]
    text = "; ".join(texts)
    if not key:
        return text
    return f"{key} {text}" if text.startswith("= ") else f"{key}: {text}"
