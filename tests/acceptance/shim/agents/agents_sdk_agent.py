"""The OpenAI Agents SDK: a failing model, and a tool whose failure ends the run."""

import sys

from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, function_tool
from openai import AsyncOpenAI

import failcat

url, run_id, *models = sys.argv[1:]
client = AsyncOpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key-0123456789abcdef", max_retries=0)


@function_tool(failure_error_function=None)
def find_order(order: str) -> str:
    """Finds an order."""
    raise LookupError(f"order {order} is not in the warehouse")


with failcat.run(run_id, tenant_id="acme"):
    for index, model in enumerate(models):
        agent = Agent(
            name=f"{model}-agent",
            tools=[find_order],
            model=OpenAIChatCompletionsModel(model, openai_client=client),
            model_settings=ModelSettings(),
        )
        try:
            with failcat.step(index=index):
                Runner.run_sync(agent, "Where is order 4031?")
        except Exception as error:
            print(model, type(error).__name__)
