"""Recognises secrets by the first characters that their issuers give them."""

from __future__ import annotations

SHORTEST = 15
"""Length of the shortest secret here: a text without a run of word characters of that length has none."""

PREFIXES: tuple[tuple[str, int, str], ...] = (
    # first characters, shortest whole length, kind
    ("sk-", 20, "api-key"),  # OpenAI, Anthropic, OpenRouter, DeepSeek
    ("AKIA", 20, "api-key"),  # AWS access key ids: long-lived
    ("ASIA", 20, "api-key"),  # and temporary
    ("AIza", 35, "api-key"),  # Google
    ("hf_", 20, "token"),  # Hugging Face
    ("gsk_", 20, "api-key"),  # Groq
    ("xai-", 20, "api-key"),
    ("pplx-", 20, "api-key"),  # Perplexity
    ("nvapi-", 20, "api-key"),
    ("tvly-", 20, "api-key"),  # Tavily
    ("r8_", 20, "token"),  # Replicate
    ("lsv2_", 20, "api-key"),  # LangSmith
    ("pcsk_", 20, "api-key"),  # Pinecone
    ("ghp_", 20, "token"),  # GitHub: personal, OAuth, user, server, refresh
    ("gho_", 20, "token"),
    ("ghu_", 20, "token"),
    ("ghs_", 20, "token"),
    ("ghr_", 20, "token"),
    ("github_pat_", 22, "token"),
    ("glpat-", 20, "token"),  # GitLab
    ("xoxa-", 15, "token"),  # Slack
    ("xoxb-", 15, "token"),
    ("xoxe-", 15, "token"),
    ("xoxp-", 15, "token"),
    ("xoxr-", 15, "token"),
    ("xoxs-", 15, "token"),
    ("xapp-", 15, "token"),
    ("sk_live_", 20, "api-key"),  # Stripe
    ("sk_test_", 20, "api-key"),
    ("rk_live_", 20, "api-key"),
    ("rk_test_", 20, "api-key"),
    ("whsec_", 20, "secret"),
    ("npm_", 36, "token"),
    ("pypi-", 40, "token"),
    ("dop_v1_", 40, "token"),  # DigitalOcean
    ("dapi", 36, "token"),  # Databricks
    ("shpat_", 32, "token"),  # Shopify
    ("GOCSPX-", 24, "secret"),  # Google OAuth clients
)

AFTER_DOT: tuple[tuple[str, int, str], ...] = (
    # the text right before the secret, which ends with a dot; the shortest length; the kind
    ("SG.", 20, "api-key"),  # SendGrid
    ("ya29.", 20, "token"),  # Google OAuth access
)

STARTS = frozenset(prefix[:2] for prefix, _, _ in PREFIXES) | {"ey"}
"""The first two characters of every secret with a known prefix, including JSON Web Tokens (`eyJ…`)."""


def kind_of(word: str) -> str:
    """The kind of secret that a run of word characters is as a whole; empty for none."""
    for prefix, shortest, kind in PREFIXES:
        if word.startswith(prefix) and len(word) >= shortest and looks_random(word[len(prefix) :]):
            return kind
    return ""


def looks_random(text: str) -> bool:
    """Whether the text has digits or capitals: `sk-learn-style-estimators` is not a key."""
    return not text.islower() or any(map(str.isdigit, text))
