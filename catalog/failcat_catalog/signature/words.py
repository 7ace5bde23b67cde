"""The word lists of masking. A changed list changes signatures, so it needs a new version of the rules."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNSPACED_CODE_WORDS = ("错误码", "错误代码", "状态码", "コード", "코드")
"""Code, in scripts without blanks between words."""

CODE_WORDS = frozenset(UNSPACED_CODE_WORDS) | _words(
    "code status statuscode errno errcode error err http sqlstate exit exitcode returncode rc returned signal hresult"
)
"""Lower-case words after which a short number identifies the failure: `status 503`, `[Errno 2]`, `exit code 1`."""

CODE_KEYS = CODE_WORDS | _words(
    "type status_code error_code err_code errortype errorcode error_type exit_code http_status "
    "grpc_status grpc_code reason __type exception"
)
"""Lower-case keys of bodies and assignments whose value is kept."""

MESSAGE_KEYS = _words(
    "message msg detail details error errors error_message errormessage error_description description title text"
)
"""Lower-case keys of bodies that hold prose, which is read only when a body has no code and no type."""

VENDOR_PREFIXES = ("ORA-", "TNS-", "PLS-", "PGRST", "AADSTS")
"""Prefixes of vendors' codes that continue with digits."""

REASON_STARTS = _words(
    "Bad Unauthorized Payment Forbidden Not Method Proxy Request Conflict Gone Length Precondition "
    "Payload URI Range Unsupported Expectation Unprocessable Locked Failed Too Client Internal Service "
    "Gateway Server Insufficient"
)
"""First words of HTTP reason phrases (RFC 9110 §15, RFC 6585): a 400..599 before them is a status."""

HTTP_VERBS = _words("GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT")

NAMES_WITH_DIGITS = _words(
    "ipv4 ipv6 http2 http/2 h2 utf-8 utf8 utf-16 latin-1 md5 sha1 sha256 sha512 sha-1 sha-256 base32 "
    "base64 oauth2 oauth1 win32 x86_64 x86 amd64 arm64 i386 python3 s3 ec2 l2 l3 ssh2 tls1 sslv3 int8 "
    "int16 int32 int64 uint8 uint32 uint64 float16 float32 float64 bfloat16 log4j sqlite3 psycopg2 "
    "boto3 urllib3 http0 p2p b2b e2e k8s"
)
"""Lower-case technical names whose digits belong to the name."""

UNITS = _words(
    "b kb mb gb tb kib mib gib tib ns us ms s sec secs second seconds min mins minute minutes h hr hrs "
    "hour hours d day days byte bytes hz khz mhz ghz am pm utc gmt pst pdt est edt cst cdt mst mdt cet "
    "cest"
)
"""Lower-case words that vary with the number before them: `5.8 KB` and `226.0 B` are one size."""

DATES = _words("mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec")
"""Lower-case words of a date that vary with the number after them."""

ENTITIES = _words(
    "function procedure domain type table view schema extension relation column role user database "
    "index constraint method trigger sequence module package class parameter argument attribute "
    "variable field key option tool skill model node host server queue topic bucket collection "
    "container pod service task job agent file directory folder instance image thread process session "
    "account project namespace cluster partition volume device interface driver plugin component "
    "resource operation command"
)
"""Lower-case nouns that a name may follow: `domain root_domain`, `denied for function pg_read_file`."""

NOUNS = ENTITIES | _words(
    "member property setting identifier symbol alias macro enum struct trait template target rule policy profile "
    "route endpoint channel stream consumer producer subscription group exchange snapshot shard replica object "
    "secret claim certificate definition declaration reference import call dialect"
)
"""Nouns next to words that look like names. After an entity a plain word may be a name, too."""

_COUNTED = _words(
    "argument attempt byte character connection digit element error event exception field file item job key message "
    "node option packet page parameter place record replica request result row task test thread token value warning "
    "worker"
)
COUNTED = _COUNTED | {f"{noun}s" for noun in _COUNTED}
"""Nouns after numbers: `1 error` and `3 errors` are one kind."""

WORDS_AFTER_NAMES = _words("does is was has because already cannot violates must exceeded failed returned timed not")
"""Words after a subject; a plain word between a noun and one of them is a name."""

MODALS = _words("cannot must should")
"""Verbs of rules."""

VERBS = WORDS_AFTER_NAMES | MODALS | _words("are undefined unknown redeclared redefined undeclared")
"""Predicates of a subject: a word before them that looks like a name is a name."""

PREPOSITIONS = _words("from in into named called calls calling using import imports defines inherits overrides")
"""Words before names: `imported from os.path`."""

CLASSES = _words("instance instances subclass subclasses superclass")
"""Nouns that `of` and the name of a class follow."""

CONVERSIONS = _words("cast convert coerce")
"""Verbs of conversion: `cannot cast integer to json`."""

CREDENTIALS = _words("password passphrase publickey login authentication credentials token session none")
"""Credentials of a user: `accepted publickey for admin from 10.0.0.1`."""

OPEN_ENDS = _words("undefined undeclared unresolved unused used redeclared redefined duplicate ambiguous missing")
"""Words before a colon after which a single word is a name."""

LITERALS = _words("None True False null true false nil NaN nan inf Infinity")
"""Values that are words; as the subject of a message they are variable."""

CONTAINERS = LITERALS | _words("List Tuple Set Frozenset Dictionary Dict Mapping Array Sequence Iterable Generator")
"""Variable subjects of rules: `List should have at least one item`."""

TYPE_TAILS = (" precision", " varying", " with time zone", " without time zone")
"""Endings of SQL types whose names have several words."""

CONTEXT_WORDS = (
    CODE_WORDS
    | UNITS
    | DATES
    | COUNTED
    | NOUNS
    | VERBS
    | PREPOSITIONS
    | CLASSES
    | CONVERSIONS
    | CREDENTIALS
    | OPEN_ENDS
)
"""Words that `context` resolves by their neighbours."""

WORDS_AFTER_CALLS = _words("missing takes got argument does keywords")
"""Python's words after the name of a function that was called wrongly."""

WORDS_BEFORE_NOUNS = _words("for of invalid unknown such unrecognized undefined unsupported nonexistent")
"""Words before a noun that a name follows, as in `permission denied for schema public`."""

WORDS_BEFORE_TYPES = WORDS_BEFORE_NOUNS | _words("to from be not by as cast or and has have expected got")
"""Words before `type` when a type's name follows, as in `must be type boolean, not type numeric`."""

NO_NAMES = WORDS_AFTER_NAMES | _words(
    "the a an this that these one type name names types value values id ids error errors failure or and to of in on "
    "for with at by from as call calls list size limit count data input output access authentication without found "
    "unavailable expired request response"
)
"""Plain words that are never names."""

HOST_ENDINGS = _words(
    "com net org edu gov mil int io ai dev app cloud co uk de fr nl jp cn hk ru br us eu info biz me "
    "local localdomain internal lan corp svc home test example"
)

PACKAGE_STARTS = _words("com net org edu gov io co ai dev java javax")
"""First labels of reversed domain names: `com.apple.fmfd` is an application, `java.io.IOException` a class."""

FILE_ENDINGS = _words(
    "py pyc pyx ipynb js mjs cjs ts tsx jsx java class jar war kt scala go rs c h cc cpp cxx hpp cs rb "
    "php pl lua sh bash ps1 bat exe dll so dylib bin o a json jsonl ndjson yaml yml toml ini cfg conf "
    "properties xml html htm css csv tsv txt md rst log out err lock pid tmp bak db sqlite sqlite3 sql "
    "parquet avro zip gz tgz bz2 xz zst tar whl pdf doc docx xls xlsx ppt pptx png jpg jpeg gif svg "
    "webp bmp ico mp3 mp4 wav mov avi pem crt key p12 rts dat pcapng plist"
)
