"""The anthropic SDK: one call, one step, for each model that is named."""

import sys

import anthropic

import failcat

url, run_id, *models = sys.argv[1:]
client = anthropic.Anthropic(base_url=url, api_key="sk-ant-not-a-real-key", max_retries=0)

with failcat.run(run_id, tenant_id="acme", agent="support"):
    for index, model in enumerate(models):
        try:
            with failcat.step(model, index=index):
                messages = [{"role": "user", "content": "Hello"}]
                is_stream = "stream" in model
                answer = client.messages.create(model=model, max_tokens=9, messages=messages, stream=is_stream)
                if is_stream:
                    list(answer)
        except anthropic.AnthropicError as error:
            print(model, type(error).__name__)
