"""Which language a format of BMLT speaks of, as Meeting Guide's code. Every server has formats of its own for that."""

import re
from collections.abc import Collection, Iterable

# Names in English or in the language itself, by ISO 639-1 code, with Meeting Guide's code where it is another.
NAMES = {
    "am": "amharic",
    "ar": "arabic",
    "bg": "bulgarian",
    "da": "danish",
    "de": "german deutsch",
    "el": "greek",
    "en": "english",
    "es": "spanish espanol español",
    "fa": "persian farsi",
    "fi": "finnish",
    "fr": "french francais français",
    "he": "hebrew",
    "hi": "hindi",
    "hr": "croatian",
    "hu": "hungarian",
    "is": "icelandic",
    "it": "italian",
    "ja": "japanese",
    "ka": "georgian",
    "ko": "korean",
    "lt": "lithuanian",
    "ml": "malayalam",
    "mt": "maltese",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pa": "punjabi",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
    "sk": "slovak",
    "sl": "slovenian",
    "sv": "swedish",
    "th": "thai",
    "tl": "tagalog",
    "tr": "turkish",
    "uk": "ukrainian",
}
OTHERWISE = {
    "es": "S",
    "it": "ITA",
    "ko": "KOR",
    "pa": "PUN",
    "pl": "POL",
    "pt": "POR",
    "ru": "RUS",
    "tr": "TUR",
}
CODES = {language: OTHERWISE.get(language, language.upper()) for language in NAMES}
SPOKEN = {name: CODES[language] for language, names in NAMES.items() for name in names.split()}
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def spoken(names: Iterable[str], keys: Collection[str], descriptions: Iterable[str]) -> tuple[str, ...]:
    """The codes of the languages that a language format names, else of its key as ISO 639-1; empty if neither.

    The names of a format are tried before its descriptions, which may speak of a second language in passing.
    """
    for texts in (names, descriptions):
        for text in texts:
            words = WORD.findall(text.casefold())
            if codes := tuple(dict.fromkeys(SPOKEN[word] for word in words if word in SPOKEN)):
                return codes
    return tuple(sorted({CODES[key.casefold()] for key in keys if key.casefold() in CODES}))
