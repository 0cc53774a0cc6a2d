"""tests/support/openapi.py - holds requests and answers against a service's OpenAPI document.

Needs Debian's python3-jsonschema (4.10 will do) and python3-yaml.
"""
from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

JSON = "application/json"
EVENTS = "text/event-stream"
OPENROUTER = Path(__file__).resolve().parents[1] / "fixtures" / "openrouter" / "openapi.yaml"


def complaint(fault: ValidationError) -> str:
    """Where and what, without the megabytes of a picture."""
    return f"{fault.json_path}: {fault.message[:300]}"


def innermost(fault: ValidationError) -> ValidationError:
    """What is wrong inside the alternative of a oneOf or anyOf that was most likely meant."""
    def strangeness(branch: list[ValidationError]) -> tuple[bool, bool, int, int]:
        other_type = any(each.validator == "type" and not each.relative_path for each in branch)
        other_name = any(each.validator == "enum" for each in branch)
        return other_type, other_name, len(branch), -max(len(each.relative_path) for each in branch)

    while fault.context:
        branches = groupby(fault.context, lambda each: each.relative_schema_path[0])
        fault = min((list(branch) for _, branch in branches), key=strangeness)[0]
    return fault


class OpenApi:
    """A document, and what can be held against it. Each check raises AssertionError, naming the JSON path."""

    def __init__(self, path: Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        with path.open(encoding="utf-8") as text:
            self.document = yaml.load(text, loader)
        self._validators: dict[tuple, Draft202012Validator] = {}

    def check_request(self, path: str, body: Any, method: str = "post") -> None:
        self._check(("paths", path, method, "requestBody", "content", JSON, "schema"), body)

    def check_answer(self, path: str, status: int, body: Any, method: str = "get") -> None:
        """A whole answer in JSON; a status that is not documented is refused like any other fault."""
        self._check(("paths", path, method, "responses", str(status), "content", JSON, "schema"), body)

    def check_chunk(self, path: str, chunk: Any, method: str = "post") -> None:
        """The JSON of one event of a stream."""
        self._check(("paths", path, method, "responses", "200", "content", EVENTS, "schema"), {"data": chunk})

    def check_part(self, name: str, value: Any) -> None:
        """What one of the named schemas describes."""
        self._check(("components", "schemas", name), value)

    def _check(self, where: tuple[str, ...], value: Any) -> None:
        faults = self._validator(where).iter_errors(value)
        complaints = sorted({complaint(innermost(fault)) for fault in faults})
        assert not complaints, f"{' '.join(where[1:])} says otherwise: {'; '.join(complaints)}"

    def _validator(self, where: tuple[str, ...]) -> Draft202012Validator:
        if where not in self._validators:
            schema = self.document
            for name in where:
                assert name in schema, f"the document has no {name} in {' '.join(where)}"
                schema = schema[name]
            # The references are to the document's root, so the components come along.
            rooted = {"allOf": [schema], "components": self.document["components"]}
            self._validators[where] = Draft202012Validator(rooted)
        return self._validators[where]


@lru_cache
def openrouter() -> OpenApi:
    """OpenRouter's, read once."""
    return OpenApi(OPENROUTER)
