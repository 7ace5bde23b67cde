"""Secrets of the formats that issuers publish, made at random.

Each format is a prefix, an alphabet and a length, as the issuers' documentation and the lists of gitleaks, TruffleHog
and GitHub's secret scanning give them. Nothing here is or was a working credential.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple
from urllib.parse import quote


class Sample(NamedTuple):
    """A text with a secret in it."""

    format: str
    text: str
    secret: str  # must not be readable


_HEX = "0123456789abcdef"
_ALPHABETS = {
    "w": ascii_letters + digits,
    "u": ascii_uppercase + digits,
    "l": ascii_lowercase + digits,
    "h": _HEX,
    "b": ascii_letters + digits + "+/",
    "s": ascii_letters + digits + "-_",
    "a": ascii_letters,
    "d": digits,
}

_ISSUERS = """
openai:sk-{w20}T3BlbkFJ{w20} openai-project:sk-proj-{s74}T3BlbkFJ{s74} anthropic:sk-ant-api03-{s93}AA
openrouter:sk-or-v1-{h64} deepseek:sk-{h32} google-ai:AIza{s35} google-aq:AQ.Ab8RN6{s44} huggingface:hf_{a34}
hf-org:api_org_{a34} groq:gsk_{w52} xai:xai-{w80} perplexity:pplx-{w48} replicate:r8_{w37} nvidia:nvapi-{s64}
tavily:tvly-{w32} tavily-dev:tvly-dev-{w32} langsmith:lsv2_pt_{h32}_{h10} pinecone:pcsk_{w6}_{w63}
cerebras:csk-{l48} fireworks:fw_{w24} together:tgp_v1_{s43} jina:jina_{w64} e2b:e2b_{h40} wandb:wandb_v1_{w78}
voyage:pa-{s43} exa:exa_{w32} langfuse:sk-lf-{uuid} vercel-ai:vck_{w56} llamacloud:llx-{w48} elevenlabs:sk_{h48}
notion:ntn_{d11}{w35} notion-old:secret_{w43} posthog:phx_{w43} modal:ak-{w22} brave:BSA{w27} firecrawl:fc-{h32}
aws:AKIA{u16} aws-temporary:ASIA{u16} aws-bedrock:ABSK{b110} aws-session:IQoJb3JpZ2lu{w200}
google-oauth:GOCSPX-{s28} google-access:ya29.{s120} google-refresh:1//0{s60} azure-client:{w3}8Q~{s34}
alibaba:LTAI{w20} digitalocean:dop_v1_{h64} databricks:dapi{h32} cloudflare:cfut_{w40}{h8} fly:fm2_{b120}
heroku:HRKU-AA{s58} netlify:nfp_{w36} vercel:vcp_{w56} supabase:sbp_{h40} supabase-secret:sb_secret_{w31}
planetscale:pscale_tkn_{w43} pulumi:pul-{h40} terraform:{w14}.atlasv1.{s67} vault:hvs.{s95}
vault-batch:hvb.{s140} doppler:dp.pt.{w43} tailscale:tskey-auth-{w12}CNTRL-{w32} github:ghp_{w36}
github-oauth:gho_{w36} github-app:ghs_{w36} github-refresh:ghr_{w36} github-fine:github_pat_{w22}_{w59}
gitlab:glpat-{s20} gitlab-deploy:gldt-{s20} gitlab-runner:glrt-{s20} gitlab-trigger:glptt-{h40}
gitlab-feed:glft-{s20} gitlab-job:glcbt-{w2}_{s20} npm:npm_{w36} pypi:pypi-AgEIcHlwaS5vcmc{s160}
rubygems:rubygems_{h48} docker:dckr_pat_{s27} atlassian:ATATT3xFfGF0{s180}={u8} bitbucket:ATBB{w32}
sonar:squ_{h40} figma:figd_{s40} sourcegraph:sgp_{h40} buildkite:bkua_{h40} readme:rdme_{h70} prefect:pnu_{w36}
artifactory:AKCp{w69} slack-bot:xoxb-{d12}-{d12}-{w24} slack-user:xoxp-{d12}-{d12}-{d12}-{h32}
slack-app:xapp-1-{u11}-{d13}-{h64} slack-client:xoxc-{d12}-{h64} discord-bot:MT{w24}.{s6}.{s38}
telegram:{d10}:AA{s33} sendgrid:SG.{s22}.{s43} brevo:xkeysib-{h64}-{w16} mailgun:key-{h32} twilio:SK{h32}
facebook:EAAC{w150} stripe:sk_live_{w24} stripe-test:sk_test_{w99} stripe-restricted:rk_live_{w24}
stripe-hook:whsec_{w32} stripe-intent:pi_{w24}_secret_{w25} shopify:shpat_{h32} shopify-secret:shpss_{h32}
square:sq0atp-{s22} shippo:shippo_live_{h40} duffel:duffel_live_{s43} easypost:EZAK{w54} razorpay:rzp_live_{w14}
flutterwave:FLWSECK_TEST-{h32}-X grafana:glsa_{w32}_{h8} grafana-cloud:glc_{b80} sentry:sntryu_{h64}
sentry-org:sntrys_eyJpYXQiO{b80} linear:lin_api_{w40} postman:PMAK-{h24}-{h34} newrelic:NRAK-{u27}
dynatrace:dt0c01.{u24}.{u64} airtable:pat{w14}.{h64} harness:pat.{s22}.{w24}.{w20} apify:apify_api_{w36}
typeform:tfp_{w40} hubspot:pat-na1-{uuid} launchdarkly:sdk-{uuid} octopus:API-{u26}
onepassword:A3-{u6}-{u11}-{u5}-{u5}-{u5} age:AGE-SECRET-KEY-1{u58} openshift:sha256~{s43} zoho:1000.{h32}.{h32}
mapbox:sk.eyJ1{w70}.{w22} easypost-test:EZTK{w54} infracost:ico-{w32} dropbox:sl.{s136} clickhouse:4b1d{w38}
jwt:eyJhbGciOiJIUzI1NiJ9.eyJ{w40}.{s43} adobe:p8e-{l32} cohere-hook:figu_{s40} plaid:access-sandbox-{uuid}
mailchimp:{h32}-us12 firebase:AAAA{w7}:APA91b{s134} pubnub:sec-c-{w48} vault-old:s.{w24}
doppler-service:dp.st.prd.{w40} intercom:dG9rOj{w54}
"""

_NAMED = [
    ("env", "DB_PASSWORD={w16}"),
    ("env-short", "PGPASSWORD={l8} psql -h db"),
    ("env-key", "OPENAI_API_KEY={w40}"),
    ("env-secret", "AWS_SECRET_ACCESS_KEY={b40}"),
    ("env-fernet", "FERNET_KEY={b43}="),
    ("env-pat", "AZURE_DEVOPS_PAT={l52}"),
    ("env-token", "HF_TOKEN={w30}"),
    ("env-signing", "JWT_SIGNING_KEY={w32}"),
    ("pass", "pass={w16}"),
    ("pw", "pw={w14}"),
    ("pwd", "pwd={w14}"),
    ("auth", "auth={w30}"),
    ("otp", "otp={d6}x1"),
    ("passphrase", "passphrase={w20}"),
    ("camel", "accessToken={w24}, expiresIn=3600"),
    ("camel-json", '{"clientSecret": "{w30}", "id": 3}'),
    ("query", "GET /v1/items?access_token={w32}&page=2 HTTP/1.1"),
    ("query-key", "https://maps.example.com/api?api_key={l32}&q=x"),
    ("sas", "https://acc.blob.core.windows.net/c/b?sv=2024&se=2026-01-01&sig={w43}%3D"),
    ("presigned", "https://b.s3.amazonaws.com/k?X-Amz-Credential=x&X-Amz-Signature={h64}"),
    ("json", '{"password": "{w16}", "user": "me"}'),
    ("json-escaped", '{\\"api_key\\": \\"{w24}\\"}'),
    ("json-twice", '{\\\\\\"api_key\\\\\\": \\\\\\"{w24}\\\\\\"}'),
    ("json-unicode", "{\\u0022password\\u0022: \\u0022{w20}\\u0022}"),
    ("json-list", '{"api_keys": ["{w32}"]}'),
    ("json-pair", '{"name": "password", "value": "{w16}"}'),
    ("json-otlp", '{"key":"api_key","value":{"stringValue":"{w24}"}}'),
    ("json-newline", '"password":\n  "{w20}"'),
    ("dict", "{'client_secret': '{w24}', 'scope': 'x'}"),
    ("dict-bytes", "{b'password': b'{w16}'}"),
    ("tuple", "('password', '{w20}')"),
    ("tuple-bytes", "(b'x-api-key', b'{w30}')"),
    ("headers-tuple", "Headers([('host', 'x'), ('x-api-key', '{w40}')])"),
    ("headers-dict", "headers={'x-goog-api-key': '{s39}', 'accept': '*/*'}"),
    ("headers-go", "map[Accept:[*/*] X-Api-Key:[{w32}]]"),
    ("header-line", "> x-api-key: {w32}\r\n> accept: */*"),
    ("header-dash", "curl -H 'api-key: {h32}' https://x"),
    ("header-private", "PRIVATE-TOKEN: {s20}"),
    ("header-cookie", "Cookie: session={w32}; theme=dark"),
    ("header-set-cookie", "Set-Cookie: sid={w32}; Path=/; HttpOnly"),
    ("cookie-json", '"cookie": "sessionid={w32}; csrftoken={w32}"'),
    ("ruby", ':password=>"{w16}"'),
    ("php", "[password] => {w16}"),
    ("yaml", "password: {w16}\nuser: me"),
    ("yaml-next", "password:\n  {w20}"),
    ("xml", "<password>{w20}</password>"),
    ("xml-attribute", '<add key="ApiKey" value="{w32}"/>'),
    ("html-input", '<input name="password" value="{w16}">'),
    ("html-escaped", "{&quot;password&quot;: &quot;{w20}&quot;}"),
    ("html-number", "{&#34;secret_key&#34;: &#34;{w20}&#34;}"),
    ("url-escaped", "body=%7B%22password%22%3A%22{w16}%22%7D"),
    ("url-pair", "redirect=https%3A%2F%2Fx%2F%3Fapi_key%3D{w32}%26page%3D2"),
    ("cli", "mysqldump --user root --password {w14} db"),
    ("cli-equals", "tool --api-key={w32} run"),
    ("repr", "Settings(host='x', api_key='{w32}', retries=3)"),
    ("repr-secret", "Config(password=SecretStr('{w16}'))"),
    ("connection", "Server=db;User Id=sa;Password={w14};Encrypt=yes"),
    ("dsn-words", "host=db user=app password={w14} dbname=x"),
    ("jdbc", "jdbc:postgresql://db/x?user=app&password={w14}"),
    ("azure-storage", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={b86}==;EndpointSuffix=x"),
    ("azure-bus", "Endpoint=sb://x/;SharedAccessKeyName=Root;SharedAccessKey={b43}="),
    ("prose", "password is {w12}"),
    ("prose-quoted", "AADSTS7000215: client secret '{w3}8Q~{s34}' is invalid"),
    ("prose-key", "Access denied due to invalid subscription key {h32}"),
    ("prose-colon", "Invalid API key: {w24}"),
    ("prose-provided", "Incorrect API key provided: {w32}. You can find your key"),
    ("number", '{"password": {d11}}'),
    ("multipart", 'Content-Disposition: form-data; name="password"\r\n\r\n{w16}'),
    ("graphql", 'mutation { login(password: "{w14}") { id } }'),
    ("sql", "ALTER USER app WITH PASSWORD '{w14}'"),
    ("logfmt", "level=error msg=denied token={w24} code=3"),
    ("suffix", "password_confirmation={w12}"),
    ("paypal", "access_token$production${l16}${h32}"),
    ("paypal-encoded", "q=%22access_token%24production%24{l16}%24{h32}%22"),
    ("asana", "invalid 1/{d16}:{h32}"),
    ("yaml-pair", "- name: DB_PASSWORD\n  value: {w16}"),
    ("cdata", "<password><![CDATA[{w16}]]></password>"),
    ("session", "PHPSESSID={w26}; path=/"),
    ("sshpass", "sshpass -p {w12} ssh host"),
    ("mysql", "mysql -uroot -p{w12} db"),
    ("curl-user", "curl -u me:{w12} https://x"),
    ("crypt", "root:$6${w8}${w86}:19000"),
    ("query-only", "https://maps.example.com/x?key={w39}"),
    ("numbered", "password2={w12}"),
]

_HEADERS = [
    ("bearer", "Bearer {s40}"),
    ("bearer-lower", "Bearer {a20}"),
    ("basic", "Basic {basic}"),
    ("token", "Token {h40}"),
    ("token-lower", "token {w40}"),
    ("apikey", "ApiKey {w40}"),
    ("api-key", "Api-Key {w32}"),
    ("none", "{w40}"),
    ("ssws", "SSWS 00{s40}"),
    ("splunk", "Splunk {uuid}"),
    ("genie", "GenieKey {uuid}"),
    ("bot", "Bot {w26}.{s6}.{s38}"),
    ("key", "Key {uuid}:{h32}"),
    ("deepl", "DeepL-Auth-Key {uuid}:fx"),
    ("hmac", "HMAC-SHA256 Credential=a&SignedHeaders=x&Signature={b43}="),
    ("negotiate", "Negotiate YII{b80}=="),
    (
        "aws4",
        "AWS4-HMAC-SHA256 Credential=AKIA{u16}/20261201/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, "
        "Signature={h64}",
    ),
    ("digest", 'Digest username="me", realm="r", nonce="{h32}", uri="/", response="{h32}"'),
    ("shared", "SharedKey account:{b43}="),
    ("oauth1", 'OAuth oauth_consumer_key="{w20}", oauth_token="{w24}", oauth_signature="{w27}%3D"'),
    ("hawk", 'Hawk id="{w12}", ts="1", nonce="{w6}", mac="{b43}="'),
    ("sas", "SharedAccessSignature sr=x&sig={w43}%3D&se=1&skn=k"),
]
_HEADER_FORMS = [
    ("line", "Authorization: {}\r\nAccept: */*"),
    ("lower", "authorization: {}"),
    ("proxy", "Proxy-Authorization: {}"),
    ("json", '{"Authorization": {json}, "Accept": "*/*"}'),
    ("dict", "{'authorization': {python}}"),
    ("tuple", "[('host', 'x'), ('authorization', {python})]"),
    ("bytes", "[(b'authorization', b{python})]"),
    ("curl", "curl -H {shell} https://x"),
    ("go", "map[Authorization:[{}]]"),
]

_URLS = [
    ("postgres", "postgresql://app:{w12}@db:5432/x", ""),
    ("escaped", "postgresql://app:{w6}%40{w6}@db:5432/x", ""),
    ("slash", "postgresql://app:{w8}/{w8}@db:5432/x", ""),
    ("hash", "redis://default:{w8}#{w8}@cache:6379/0", ""),
    ("question", "mysql://app:{w8}?{w8}@db/x", ""),
    ("apostrophe", "mongodb+srv://app:{w8}'{w8}@c0.mongodb.net/x", ""),
    ("blank", "postgresql://app:{w8} {w8}@db:5432/x", ""),
    ("at", "amqp://app:{w8}@{w8}@mq:5672/", ""),
    ("no-user", "redis://:{w16}@cache:6379", ""),
    ("token-user", "https://{h40}@github.com/a/b.git", ""),
    ("oauth2", "https://oauth2:{s20}@gitlab.com/a/b.git", ""),
    ("no-scheme", "could not connect to app:{w14}@db:5432", ""),
    ("slack", "https://hooks.slack.com/services/T{u8}/B{u8}/{w24}", ""),
    ("slack-workflow", "https://hooks.slack.com/workflows/T{u8}/A{u8}/{d18}/{w24}", ""),
    ("discord", "https://discord.com/api/webhooks/{d18}/{s68}", ""),
    ("teams", "https://x.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{h32}/{uuid}", ""),
    ("telegram", "https://api.telegram.org/bot{d10}:AA{s33}/sendMessage", ""),
    ("json-slashes", '"url": "postgresql:\\/\\/app:{w12}@db\\/x"', ""),
    ("encoded", "dsn=postgresql%3A%2F%2Fapp%3A{w12}%40db%3A5432%2Fx", ""),
]


class _Maker:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def fill(self, pattern: str) -> tuple[str, list[str]]:
        """The pattern with its `{w20}` filled, and the longest filled parts."""
        out, parts, rest = [], [], pattern
        while True:
            head, brace, tail = rest.partition("{")
            name, close, after = tail.partition("}")
            out.append(head)
            if not brace:
                break
            made = self._part(name) if close else None
            if made is None:
                out.append("{")
                rest = tail
                continue
            out.append(made)
            parts.append(made)
            rest = after
        longest = max(map(len, parts))
        return "".join(out), [part for part in parts if len(part) * 2 > longest]

    def _part(self, name: str) -> str | None:
        if name == "uuid":
            return "-".join(self._part(f"h{length}") or "" for length in (8, 4, 4, 4, 12))
        if name == "basic":
            return base64.b64encode(f"user:{self._part('w12')}".encode()).decode()
        if name[:1] not in _ALPHABETS or not name[1:].isdecimal():
            return None
        alphabet, length = _ALPHABETS[name[0]], int(name[1:])
        while True:
            made = "".join(self._random.choices(alphabet, k=length))
            is_mixed = any(map(str.isdecimal, made)) and any(map(str.isalpha, made))
            if is_mixed or length < 6 or alphabet in (digits, ascii_letters):
                return made


def secrets(seed: int = 1) -> Iterator[Sample]:
    """One text for each format, and each issuer's key in the texts around it."""
    make = _Maker(seed).fill
    for name, pattern in (entry.split(":", 1) for entry in _ISSUERS.split()):
        for place, text in _PLACES:
            key, _ = make(pattern)
            yield Sample(f"{name} {place}", text(key), key)
    yield from _filled(make, [(f"named {name}", pattern) for name, pattern in _NAMED])
    yield from _filled(make, [(f"url {name}", pattern) for name, pattern, _ in _URLS])
    for name, pattern in _HEADERS:
        for form, line in _HEADER_FORMS:
            value, parts = make(pattern)
            yield Sample(f"header {name} {form}", _in_header(line, value), parts[-1])
    yield from _private_keys(make)


def _filled(make: Callable[[str], tuple[str, list[str]]], patterns: list[tuple[str, str]]) -> Iterator[Sample]:
    for name, pattern in patterns:
        text, parts = make(pattern)
        yield Sample(name, text, parts[-1])


_PLACES: list[tuple[str, Callable[[str], str]]] = [
    ("alone", lambda key: key),
    ("in prose", lambda key: f"Error 401: the credentials ({key}) were rejected, try again."),
    ("after =", lambda key: f"x={key}&y=1"),
    ("encoded", lambda key: f"q=%22{quote(key, safe='~')}%22"),
    ("escaped line", lambda key: f"line\\n{key}\\nmore"),
]


def _in_header(form: str, value: str) -> str:
    for name, made in (
        ("{json}", json.dumps(value)),
        ("{python}", repr(value)),
        ("{shell}", f"'Authorization: {value}'"),
    ):
        form = form.replace(name, made)
    return form.replace("{}", value)


def _private_keys(make: Callable[[str], tuple[str, list[str]]]) -> Iterator[Sample]:
    lines = [make("{b64}")[0] for _ in range(4)]
    label = "-----{} RSA PRIVATE KEY-----"
    body = "\n".join(["MIIEpAIBAAKCAQEA" + lines[0][:48], *lines[1:], "abc="])
    begin, end = label.format("BEGIN"), label.format("END")
    for name, made in [
        ("whole", f"x\n{begin}\n{body}\n{end}\ny"),
        ("cut", f"{begin}\n{body}"),
        ("escaped", f'"key": "{begin}\\n' + body.replace("\n", "\\n") + f'\\n{end}\\n"'),
        ("one line", f"{begin} {body.replace(chr(10), ' ')} {end}"),
        ("without header", f"...\n{body}\n{end}"),
        ("encrypted", f"{begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n{body}\n{end}"),
        ("openssh", f"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----"),
        ("pgp", f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{body}\n-----END PGP PRIVATE KEY BLOCK-----"),
        ("putty", f"PuTTY-User-Key-File-3: ssh-rsa\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 5\n{body}"),
    ]:
        yield Sample(f"private key {name}", made, lines[2])
