"""What providers, gateways and protocols say, and what it must become. Examples of one rule stand beside it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failcat_catalog.builtin import builtin_document
from failcat_catalog.catalog import Catalog
from failcat_catalog.types import AttributeValue, Match, Observation

# Messages that real products took for something else: (message, code, retryable).
MISCLASSIFIED_ELSEWHERE = [
    ("Too many tokens per day, please wait before trying again.", "QUOTA_EXHAUSTED", False),
    ("Throttling error: Too many tokens, please wait before trying again.", "RATE_LIMITED", True),
    ("Input length 140000 exceeds the maximum allowed input length of 131072 tokens.", "LLM_CONTEXT_EXCEEDED", False),
    ("Tokens per minute limit exceeded - too many tokens processed", "RATE_LIMITED", True),
    ("request reached organization TPD rate limit, current: 1506556, limit: 1500000", "RATE_LIMITED", True),
    ("Number of request tokens has exceeded your per-model limit", "RATE_LIMITED", True),
    ("This request exceeds the limit of 30000 tokens per minute", "RATE_LIMITED", True),
    ("Your input exceeds the model's context window", "LLM_CONTEXT_EXCEEDED", False),
    ("prompt is too long: 285744 tokens > 200000 maximum", "LLM_CONTEXT_EXCEEDED", False),
    ("rate limit exceeded", "RATE_LIMITED", True),
    ("API Error: Request rejected (429) - usage limit exceeded (2056)", "QUOTA_EXHAUSTED", False),
    ("API Error: Request rejected (429) - Insufficient balance", "QUOTA_EXHAUSTED", False),
    ("Your account balance is insufficient", "QUOTA_EXHAUSTED", False),
    ("You have no credits remaining", "QUOTA_EXHAUSTED", False),
    ("model-x is not supported by any configured account", "MODEL_NOT_FOUND", False),
    ("This model is no longer available to new users.", "MODEL_NOT_FOUND", False),
    ("model-x is only available through the Batch API", "MODEL_NOT_FOUND", False),
    ("data_inspection_failed", "CONTENT_FILTERED", False),
    ("provider temporarily unavailable. Error id: x", "SERVICE_UNAVAILABLE", True),
    ("404 No endpoints found matching your data policy", "POLICY_VIOLATION", False),
    ('429 {"error":{"code":"1113","message":"Insufficient balance"}}', "QUOTA_EXHAUSTED", False),
    ('429 {"error":{"code":"1302","message":"High concurrency usage of this API"}}', "RATE_LIMITED", True),
    ('429 {"error":{"code":"1305","message":"The service may be temporarily overloaded"}}', "SERVICE_OVERLOADED", True),
]

# The words of the failures, as clients in several languages write them: (exception class or error type, message, code).
WORDS_OF_PROVIDERS = [
    ("Error", '429 {"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}}', "RATE_LIMITED"),
    (
        "groq.RateLimitError",
        "Error code: 429 - {'error': {'type': 'tokens', 'code': 'rate_limit_exceeded'}}",
        "RATE_LIMITED",
    ),
    ("", "litellm.RateLimitError: AnthropicException - rate_limit_error", "RATE_LIMITED"),
    ("AI_RetryError", "Failed after 3 attempts. Last error: Rate limit reached for model-x", "RATE_LIMITED"),
    ("", "[429 Too Many Requests] Resource has been exhausted (e.g. check quota).", "RATE_LIMITED"),
    ("ThrottlingException", "Rate exceeded", "RATE_LIMITED"),
    (
        "",
        "Error code: 402 - {'error': {'message': 'Insufficient Balance', 'code': 'invalid_request_error'}}",
        "QUOTA_EXHAUSTED",
    ),
    ("", "Your team has either used all available credits or reached its monthly spending limit.", "QUOTA_EXHAUSTED"),
    ("", "402 This request requires more credits, or fewer max_tokens.", "QUOTA_EXHAUSTED"),
    ("", "You have reached your monthly usage limit.", "QUOTA_EXHAUSTED"),
    (
        "anthropic.APIStatusError",
        "{'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Busy'}}",
        "SERVICE_OVERLOADED",
    ),
    ("", "Our servers are currently overloaded. Please try again later.", "SERVICE_OVERLOADED"),
    ("", "503 The model is overloaded. Please try again later.", "SERVICE_OVERLOADED"),
    ("", "Requested tokens (5000) exceed context window of 4096", "LLM_CONTEXT_EXCEEDED"),
    ("", "Range of input length should be [1, 129024]", "LLM_CONTEXT_EXCEEDED"),
    ("", "too many tokens: total number of tokens in the prompt cannot exceed 4081", "LLM_CONTEXT_EXCEEDED"),
    (
        "ValueError",
        "The decoder prompt (length 9000) is longer than the maximum model length of 8192.",
        "LLM_CONTEXT_EXCEEDED",
    ),
    ("OpenAIError", "The OPENAI_API_KEY environment variable is missing or empty", "INVALID_API_KEY"),
    (
        "AuthenticationError",
        '401 {"error":{"type":"authentication_error","message":"invalid x-api-key"}}',
        "INVALID_API_KEY",
    ),
    (
        "botocore.exceptions.ClientError",
        "An error occurred (ExpiredToken) when calling the X operation: Expired.",
        "UNAUTHORIZED",
    ),
    ("", "User: agent is not authorized to perform: bedrock:InvokeModel on resource: x", "PERMISSION_DENIED"),
    ("ollama.ResponseError", 'model "x" not found, try pulling it first (status code: 404)', "MODEL_NOT_FOUND"),
    ("", "Invocation of model ID x with on-demand throughput isn't supported.", "MODEL_NOT_FOUND"),
    ("", "API Error: 400 Output blocked by content filtering policy", "CONTENT_FILTERED"),
    ("", "registry/model-x does not support tools", "INVALID_REQUEST"),
    ("", "Unknown tool: serch", "TOOL_NOT_FOUND"),
    ("ToolError", "Error calling tool 'search': division by zero", "TOOL_FAILED"),
    ("", "ExceededBudget: User=u-1 over budget. Spend=10.0, Budget=5.0", "BUDGET_EXCEEDED"),
]

# An application's own failures, in words that providers use too.
WORDS_OF_APPLICATIONS = [
    "Coupon usage limit reached",
    "Error: insufficient balance in wallet w-12",
    "insufficient funds for gas * price + value: have 0 want 42",
    "User quota has been used up on device sda1",
    "The warehouse is at capacity",
    "The printer service is busy with another job",
    "The model airplane kit does not exist in stock",
    "storage quota exceeded for mailbox",
    "credit card limit exceeded",
    "billing address is incomplete",
    "Error: gift card balance is not enough",
]


@cache
def yaml_catalog() -> Catalog:
    """The catalog as the YAML files are now, whether or not the generated file has followed."""
    return Catalog.from_document(builtin_document(), "entries")


def verdict(message: str, exception_type: str = "", **attributes: AttributeValue) -> Match:
    """The catalog's verdict on what a client library reports."""
    return yaml_catalog().match(
        Observation(error_type=exception_type, exception_type=exception_type, message=message, attributes=attributes)
    )


@pytest.mark.parametrize(("message", "code", "retryable"), MISCLASSIFIED_ELSEWHERE)
def test_messages_that_others_misread_are_understood(message: str, code: str, retryable: bool) -> None:
    match = verdict(message)
    assert (match.code, match.retryable) == (code, retryable)


@pytest.mark.parametrize(("exception_type", "message", "code"), WORDS_OF_PROVIDERS)
def test_words_of_providers_are_known_whichever_client_reports_them(
    exception_type: str, message: str, code: str
) -> None:
    assert verdict(message, exception_type).code == code


@pytest.mark.parametrize("message", WORDS_OF_APPLICATIONS)
def test_words_of_applications_stay_unknown(message: str) -> None:
    assert not verdict(message).known


@pytest.mark.parametrize(
    ("system", "number", "code"),
    [
        ("mcp.method.name", -32001, "TIMEOUT"),
        ("a2a.task.id", -32001, "DATA_NOT_FOUND"),
        ("mcp.method.name", -32002, "RESOURCE_NOT_FOUND"),
        ("a2a.task.id", -32002, "CONFLICT"),
    ],
)
def test_numbers_of_mcp_and_a2a_are_kept_apart(system: str, number: int, code: str) -> None:
    match = yaml_catalog().match(
        Observation(error_type=str(number), attributes={system: "x", "rpc.jsonrpc.error_code": str(number)})
    )
    assert match.code == code


@pytest.mark.parametrize(
    ("quota", "code"),
    [
        ("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "QUOTA_EXHAUSTED"),
        ("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "RATE_LIMITED"),
    ],
)
def test_the_quota_id_tells_an_ended_day_from_a_throttle(quota: str, code: str) -> None:
    text = (
        f"429 RESOURCE_EXHAUSTED. {{'error': {{'message': 'You exceeded your current quota.', 'quotaId': '{quota}'}}}}"
    )
    assert verdict(text, "google.genai.errors.ClientError").code == code


@given(used=st.integers(0, 10**9), limit=st.integers(0, 10**9))
def test_numbers_do_not_change_a_verdict(used: int, limit: int) -> None:
    assert verdict(f"prompt is too long: {used} tokens > {limit} maximum").code == "LLM_CONTEXT_EXCEEDED"
    assert verdict(f"Limit of {limit} tokens per minute, used {used}: rate limit exceeded").code == "RATE_LIMITED"
