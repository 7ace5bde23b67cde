"""The openai SDK: one call, one step, for each model that is named."""

import sys

import openai

import failcat

url, run_id, *models = sys.argv[1:]
client = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-not-a-real-key-0123456789abcdef", max_retries=0)

with failcat.run(run_id, tenant_id="acme", agent="support"):
    for index, model in enumerate(models):
        try:
            with failcat.step(model, index=index):
                messages = [{"role": "user", "content": "Hello"}]
                is_stream = "stream" in model
                answer = client.chat.completions.create(model=model, messages=messages, stream=is_stream)
                list(answer)
        except (openai.OpenAIError, ValueError) as error:
            print(model, type(error).__name__)
