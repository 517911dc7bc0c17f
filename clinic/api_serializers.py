"""What the serializers of every stage share, and how the schema describes tokens and problems.

Importing it tells drf-spectacular. It is apart from clinic.api, which the framework imports as it starts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from clinic import checks
from clinic.api import PROBLEM
from clinic.errors import Refused

# As a row of a spreadsheet has it.
EMPTY = "it is empty, and every row needs it."


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the tokens."""

    target_class = "clinic.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The header, in OpenAPI's words."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and the token that create_token printed; it speaks for one clinic.",
        }


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457). detail is a sentence for a person; field and errors name the input at fault."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    field = serializers.CharField(required=False)
    errors = serializers.DictField(required=False)  # type: ignore[assignment]


def problems(meanings: Mapping[int, str]) -> dict[tuple[int, str], OpenApiResponse]:
    """The problems an operation may answer with, by status, for its schema; those of access are added."""
    said = {401: "No token, or one not known here.", 403: "The token may only read.", **meanings}
    return {(status, PROBLEM): OpenApiResponse(ProblemSerializer, text) for status, text in said.items()}


class IsoDateField(serializers.DateField):
    """A date written YYYY-MM-DD, with the sentences the spreadsheets use for any other."""

    default_error_messages = {"required": EMPTY, "null": EMPTY}

    def to_internal_value(self, value: Any) -> date:
        """The date; raises ValidationError."""
        try:
            return checks.iso_date(str(value))
        except Refused as refused:
            raise serializers.ValidationError(refused.sentence) from refused


class TextField(serializers.CharField):
    """A text, and nothing that can be made one: what was meant by a number nobody can tell."""

    default_error_messages = {
        "invalid": "it is no text: write it between quotation marks.",
        "required": EMPTY,
        "null": EMPTY,
        "blank": EMPTY,
    }

    def to_internal_value(self, data: Any) -> str:
        """The text without blanks around it; raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        try:
            return checks.at_most(text, self.max_length or len(text), self.field_name or "")
        except Refused as refused:
            raise serializers.ValidationError(refused.sentence) from refused


class WordField(serializers.ChoiceField):
    """One of some words, with the sentence the spreadsheets use for any other."""

    def __init__(self, choices: Iterable[str], **kwargs: Any) -> None:
        words = list(choices)
        said: dict[str, Any] = {
            "invalid_choice": f"{{input!r}} is not one of {', '.join(words)}.",
            "required": EMPTY,
            "null": EMPTY,
        }
        super().__init__(choices=words, error_messages=said, **kwargs)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: one misspelt would otherwise be dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """The values by field; raises ValidationError."""
        if isinstance(data, Mapping):
            unknown = {
                str(name): ["There is no such field here."] for name in data if name not in self.fields
            }
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)
