"""pydantic-ai: an agent for each model that is named; the model `tool` calls a tool that fails."""

import sys

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

import failcat

url, run_id, *models = sys.argv[1:]
provider = OpenAIProvider(base_url=f"{url}/v1", api_key="sk-not-a-real-key-0123456789abcdef")
provider.client.max_retries = 0
Agent.instrument_all()


def find_order(order: str) -> str:
    """Finds an order."""
    raise LookupError(f"order {order} is not in the warehouse")


with failcat.run(run_id, tenant_id="acme"):
    for index, model in enumerate(models):
        agent = Agent(OpenAIChatModel(model, provider=provider), name=f"{model}-agent", tools=[find_order])
        try:
            with failcat.step(index=index):
                agent.run_sync("Where is order 4031?")
        except Exception as error:
            print(model, type(error).__name__)
