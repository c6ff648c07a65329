"""What people and machines type into a form, with every problem that it must be refused for."""

from petitionkit.problems import Problem, problem

__all__ = ["BAD_ADDRESSES", "BAD_NAMES", "GOOD_ADDRESSES", "LONG_ADDRESS"]

# 64 + 1 + 190 = 255 octets: one more than an address can have.
LONG_ADDRESS = "l" * 64 + "@" + ".".join(["d" * 62, "d" * 62, "d" * 60, "org"])

BAD_NAMES: list[tuple[str, list[Problem]]] = [
    ("", [problem("required", "name")]),
    ("   ", [problem("required", "name")]),
    ("\u00a0\u2003\u3000", [problem("required", "name")]),
    ("\u200b\u200c\u200d\ufeff", [problem("required", "name")]),
    ("\u3164", [problem("required", "name")]),
    ("a" * 256, [problem("too_long", "name", length=256, limit=255)]),
    ("ä" * 256, [problem("too_long", "name", length=256, limit=255)]),
    ("An\x00na", [problem("control_character", "name", character="U+0000")]),
    ("An\ud800na", [problem("lone_surrogate", "name", position=3)]),
    ("\u202eannA", [problem("bidi_control", "name", character="U+202E")]),
    ("see https://x.org", [problem("contains_url", "name")]),
    ("www.x.org", [problem("contains_url", "name")]),
    ("=HYPERLINK(1)", [problem("formula_start", "name", character="=")]),
    (
        "=https://x.org\x00\u202e" + "a" * 250,
        [
            problem("control_character", "name", character="U+0000"),
            problem("bidi_control", "name", character="U+202E"),
            problem("too_long", "name", length=266, limit=255),
            problem("formula_start", "name", character="="),
            problem("contains_url", "name"),
        ],
    ),
]

BAD_ADDRESSES: list[tuple[str, Problem]] = [
    ("", problem("required", "email")),
    (" \t", problem("required", "email")),
    ("anna.example.org", problem("email.no_at", "email")),
    ("anna@b@example.org", problem("email.many_at", "email")),
    ('"anna b"@example.org', problem("email.quoted_local", "email")),
    (LONG_ADDRESS, problem("email.too_long", "email")),
    ("anna@localhost", problem("email.bad_domain", "email")),
    ("an na@example.org", problem("email.invalid", "email")),
    ("an\x00na@example.org", problem("email.invalid", "email")),
    ("an\ud800na@example.org", problem("lone_surrogate", "email", position=3)),
    ("anna\u202e@example.org", problem("bidi_control", "email", character="U+202E")),
    ("\u200b", problem("email.no_at", "email")),
    ("\u00e9" * 1200, problem("email.no_at", "email")),
]

GOOD_ADDRESSES: list[tuple[str, str]] = [
    ("anna@b\u00fccher.de", "anna@b\u00fccher.de"),
    ("anna@xn--bcher-kva.de", "anna@b\u00fccher.de"),
    (
        "\u03b4\u03bf\u03ba@\u03c0\u03b1\u03c1\u03ac.gr",
        "\u03b4\u03bf\u03ba@\u03c0\u03b1\u03c1\u03ac.gr",
    ),
    (LONG_ADDRESS.replace("l", "", 1), LONG_ADDRESS.replace("l", "", 1)),
]
