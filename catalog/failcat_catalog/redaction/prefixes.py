"""The first characters that issuers give their secrets. Facts from the issuers' documentation and from the lists of
gitleaks, TruffleHog and GitHub's secret scanning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from failcat_catalog.redaction.randomness import has_long_run, is_random, unbroken

SHORTEST = 15
"""Length of the shortest secret here: a text without a run of word characters of that length has none."""


class Prefix(NamedTuple):
    """How the secrets of one issuer begin."""

    text: str
    shortest: int  # characters, with the prefix
    kind: str
    longest: int = 0  # 0 for any length; else the rest has no words and only its length and alphabet count


def _all(kind: str, shortest: int, texts: str) -> Iterable[Prefix]:
    return (Prefix(text, shortest, kind) for text in texts.split())


PREFIXES: tuple[Prefix, ...] = (
    # models: OpenAI, Anthropic, OpenRouter and DeepSeek share `sk-`
    *_all("api-key", 20, "sk- sk_ xai- pplx- nvapi- gsk_ tvly- pcsk_ lsv2_ ls__ csk- fw_ fpk_ tgp_ jina_ e2b_"),
    *_all("api-key", 20, "vck_ wandb_"),
    *_all("api-key", 20, "voyage- pa- fc- exa_ BSA qdrant_ weave_ sk-lf- pk-lf- rpa_ llx- bb_live_ pplx_"),
    *_all("api-key", 20, "cohere_ mistral_"),
    *_all("token", 20, "hf_ api_org_ r8_ dckr_pat_ dckr_oat_ ntn_ secret_ modal_ ak- as- phx_ phc_ phs_"),
    # clouds and platforms
    *(Prefix(text, 20, "api-key", 20) for text in ("AKIA", "ASIA", "ABIA", "ACCA", "A3T")),  # AWS
    *_all("api-key", 24, "ABSK bedrock-api-key-"),
    *_all("token", 60, "IQoJb3JpZ2lu FwoGZXIvYXdz"),  # AWS session tokens
    *_all("api-key", 35, "AIza AQVN"),  # Google, Yandex
    *_all("secret", 24, "GOCSPX- p8e-"),  # Google OAuth clients, Adobe
    Prefix("LTAI", 16, "api-key", 28),  # Alibaba
    *_all("token", 40, "dop_v1_ doo_v1_ dor_v1_ YC nfp_ nfc_ nfo_ nfu_ nfb_ pul- pscale_tkn_ pscale_pw_"),
    *_all("token", 40, "pscale_oauth_"),
    *_all("token", 36, "ATBB fo1_ fm1r_ fm1a_ fm2_ HRKU- rnd_ CFPAT- cfut_ cfat_ cfk_"),
    *_all("token", 20, "vcp_ vci_ vca_ vcr_ sbp_ sb_secret_ tskey- railway_ CCIPAT_ infisical_"),
    Prefix("dapi", 36, "token", 38),  # Databricks
    Prefix("SK", 34, "api-key", 34),  # Twilio
    Prefix("4b1d", 42, "api-key", 42),  # ClickHouse
    # source code and packages
    *_all("token", 20, "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_"),
    *_all("token", 20, "glpat- gldt- glrt- glptt- glcbt- glft- glffct- glimt- glagent- gloas- glsoat- glwt-"),
    *_all("token", 20, "GR1348941"),
    *_all("token", 35, "npm_ pypi- rubygems_ CLOJARS_ oy2 cio"),
    *_all("token", 40, "AKCp cmVmd ATATT ATCTT BBDC- sgp_ slk_"),
    *_all("token", 30, "squ_ sqp_ sqa_ bkua_ rdme_ pnu_ pnb_ figd_ figp_ figu_ ico-"),
    # communication
    *_all("token", 15, "xoxa- xoxb- xoxc- xoxd- xoxe- xoxo- xoxp- xoxr- xoxs- xapp- xwfp-"),
    *_all("api-key", 60, "xkeysib- xsmtpsib-"),
    Prefix("key-", 36, "api-key", 36),  # Mailgun
    *_all("token", 100, "EAA APA91b"),  # Facebook, Firebase
    *_all("token", 50, "access-sandbox- access-development- access-production- dG9rOj"),  # Plaid, Intercom
    *_all("secret", 30, "sec-c-"),  # PubNub
    # payment and commerce
    *_all("api-key", 20, "sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ ak_live_ flb_live_ rzp_live_"),
    *_all("api-key", 20, "rzp_test_"),
    *_all("secret", 20, "whsec_ ramp_sec_ FLWSECK- FLWSECK_TEST- sq0csp-"),
    *_all("token", 20, "shpat_ shpca_ shppa_ shpss_ shptka_ sq0atp- EAAA shippo_live_ shippo_test_"),
    *_all("token", 20, "duffel_live_ duffel_test_"),
    *_all("api-key", 50, "EZAK EZTK"),  # EasyPost
    # observability and operation
    *_all("token", 20, "glsa_ glc_ sntrys_ sntryu_ sntrya_ lin_api_ lin_oauth_ PMAK- PMAT- NRAK- NRII- NRIQ-"),
    *_all("token", 20, "NRBR- NRJS- NRAA-"),
    *_all("api-key", 20, "ops_ apify_api_ rootly_ bb_pr_ bb_ma_ aio_ tfp_ tk-us- fio-u- s-s4t2 u-s4t2 pat-na1-"),
    *_all("api-key", 20, "pat-eu1-"),
    *_all("token", 36, "eyJrIjoi sm_aat_ sm_pat_ sm_sat_ ddp_ ddw_ rh-api- 5AEP861 dnkey- shltm_ sqco_"),
    *_all("token", 36, "salad_cloud_ 3MVG9"),
    *(Prefix(text, 40, "api-key", 40) for text in ("api-", "sdk-", "mob-")),  # LaunchDarkly
    Prefix("API-", 30, "api-key", 30),  # Octopus
    Prefix("A3-", 39, "secret", 40),  # 1Password
    *_all("secret", 40, "AGE-SECRET-KEY-"),
)  # fmt: skip

AFTER_DOT: dict[str, tuple[int, str]] = {
    # the label before the dot after which the secret stands; the shortest length of its first part; the kind
    "SG": (20, "api-key"),  # SendGrid
    "ya29": (20, "token"),  # Google OAuth access
    "AQ": (40, "api-key"),  # Google
    "pt": (40, "token"),  # Doppler: dp.pt.
    "ct": (40, "token"),
    "st": (40, "token"),
    "sa": (40, "token"),
    "scim": (40, "token"),
    "audit": (40, "token"),
    "pat": (20, "token"),  # Harness
    "sat": (20, "token"),
    "dt0c01": (24, "token"),  # Dynatrace
    "hvs": (24, "token"),  # Vault
    "s": (24, "token"),
    "hvb": (24, "token"),
    "hvr": (24, "token"),
    "sl": (60, "token"),  # Dropbox
    "atlasv1": (40, "token"),  # Terraform
    "1000": (32, "token"),  # Zoho
    "mlsn": (40, "api-key"),  # MailerSend
    "na1": (60, "token"),
    "t1": (40, "token"),  # Yandex
    "VF": (20, "api-key"),
}

_FEWEST_SIGNS = 5  # of a random text: `AKIAAAAAAAAAAAAAAAAA` is an example
_SHORTEST_NUMBER = 7
_LONGEST_SHORT = 3
_UNBROKEN_AFTER_SHORT = 20
_LONG_TAIL = 36
_WORDS_MAY_FOLLOW = ("sk-", "hf_", "r8_")  # too widely used to be taken for an ordinary name


def _by_start(prefixes: Iterable[Prefix]) -> dict[str, tuple[Prefix, ...]]:
    starts: dict[str, tuple[Prefix, ...]] = {}
    for prefix in sorted(prefixes, key=lambda prefix: -len(prefix.text)):
        starts[prefix.text[:2]] = (*starts.get(prefix.text[:2], ()), prefix)
    return starts


STARTS = _by_start(PREFIXES)
"""The prefixes by their first two characters, the longest first."""


def kind_of(word: str) -> str:
    """The kind of secret that a run of word characters is as a whole; empty for none."""
    for prefix in STARTS.get(word[:2], ()):
        if len(word) >= prefix.shortest and word.startswith(prefix.text) and _is_tail(prefix, word[len(prefix.text) :]):
            return prefix.kind
    return ""


def _is_tail(prefix: Prefix, tail: str) -> bool:
    if prefix.longest:
        fits = len(prefix.text) + len(tail) <= prefix.longest and len(set(tail)) > _FEWEST_SIGNS
        return fits and ((tail.isalnum() and tail == tail.upper()) or is_random(tail))
    if len(prefix.text) <= _LONGEST_SHORT and prefix.text not in _WORDS_MAY_FOLLOW:
        return is_random(tail) and (unbroken(tail) >= _UNBROKEN_AFTER_SHORT or _has_all(tail))
    return is_random(tail) or has_long_run(tail) or _is_numbered(tail)


def _has_all(tail: str) -> bool:
    """Whether this is long and has capitals, small letters and digits; names of hosts and pods have no capitals."""
    return len(tail) >= _LONG_TAIL and not (tail.islower() or tail.isupper()) and any(map(str.isdecimal, tail))


def _is_numbered(tail: str) -> bool:
    """Whether this continues with a workspace's long number, as Slack's tokens do."""
    number, dash, rest = tail.partition("-")
    return bool(dash) and number.isdecimal() and len(number) > _SHORTEST_NUMBER and not rest.isdecimal()
