"""Reads the reviewed content (YAML under `bot/content/`) into the domain's dataclasses.

The dataclass is the schema: an unknown field, a missing field or a wrong type is refused with a
`ContentError` that names the file, the line and the mend, so that the assistant never starts on
content it only half understands.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pydantic
import yaml

CONTENT_ROOT = Path(__file__).resolve().parent.parent / "content"


class Identified(Protocol):
    """Content that is known by an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T")
Item = TypeVar("Item", bound=Identified)


class ContentError(Exception):
    """A content file that can't be used: which file and line, what is wrong, how to mend it."""

    def __init__(self, path: Path, line: int, problem: str, mend: str) -> None:
        super().__init__(f"{path}:{line}: {problem} Mend: {mend}")
        self.path, self.line, self.problem, self.mend = path, line, problem, mend


class _PlainLoader(yaml.CSafeLoader):
    """YAML as people read it: only true and false are booleans ("no" is a word), 10:30 is text."""

    yaml_implicit_resolvers = {}  # type: ignore[var-annotated]  # noqa: RUF012 - PyYAML's name

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping in which no key stands twice (plain YAML silently keeps the last)."""
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "the same key stands twice in one mapping", node.start_mark
            )
        return mapping


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?\d+", "-+0123456789"),
    ("float", r"[-+]?\d+\.\d+", "-+0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("timestamp", r"\d{4}-\d\d-\d\d", "0123456789"),
):
    _PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


class _Strict(pydantic.BaseConfig):
    extra = pydantic.Extra.forbid
    arbitrary_types_allowed = False


def load(path: Path, schema: type[T]) -> T:
    """The content of one YAML file as an instance of the dataclass `schema`.

    Raises ContentError where the file is missing, is not YAML or does not fit the schema.
    """
    raw = _read(path)
    if not isinstance(raw, dict):
        raise ContentError(path, 1, "The file is not a mapping.", "Start it with `id: ...`.")
    try:
        return _validator(schema)(**raw)  # type: ignore
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        place = [part for part in first["loc"] if part != "__root__"]
        raise ContentError(
            path,
            _line_of(yaml.compose(path.read_text(encoding="utf-8"), _PlainLoader), place),
            f"{'.'.join(str(part) for part in place) or schema.__name__}: {first['msg']}.",
            f"See the fields of `{schema.__module__}.{schema.__qualname__}`.",
        ) from error
    except TypeError as error:  # a field at the top that the dataclass lacks, or one it needs
        raise ContentError(
            path, 1, f"{error}.", f"See the fields of `{schema.__module__}.{schema.__qualname__}`."
        ) from error


@cache
def _validator(schema: type) -> Any:
    """The schema with its types checked; made once, for each making wraps the class once more."""
    return pydantic.dataclasses.dataclass(schema, config=_Strict, use_proxy=True)


def load_folder(folder: Path, schema: type[Item]) -> dict[str, Item]:
    """Every `*.yml` file of a folder by its `id`, which must be the file's name."""
    items: dict[str, Item] = {}
    for path in sorted(folder.glob("*.yml")):
        item = load(path, schema)
        if item.id != path.stem:
            raise ContentError(
                path, 1, f"The id is `{item.id}`, the file `{path.stem}`.", "Make them the same."
            )
        items[item.id] = item
    if not items:
        raise ContentError(folder, 0, "No content file is here.", "Restore the folder's files.")
    return items


def _read(path: Path) -> Any:
    try:
        # A CSafeLoader with fewer kinds of values: it makes no objects.
        return yaml.load(path.read_text(encoding="utf-8"), _PlainLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(path, 0, f"It can't be read: {error}.", "Restore the file.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ContentError(
            path, line, f"Not valid YAML: {error.problem}.", "Mend the line or the one above it."
        ) from error


def _line_of(node: yaml.Node | None, place: list[Any]) -> int:
    """The line where a place such as `questions.2.text` stands, or the nearest line above it."""
    for part in place:
        if isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            child = node.value[part] if part < len(node.value) else None
        else:
            child = None
        if child is None:
            break
        node = child
    return node.start_mark.line + 1 if node else 0
