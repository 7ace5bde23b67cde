"""Names of attributes that hold contents, by the instrumentation that writes them. Beyond them the last word decides.

Sources: the semantic conventions of OpenTelemetry 1.44 and OpenInference, the documentation and source of each
instrumentation, and spans that were recorded from them. `*` stands for any ending.
"""

from __future__ import annotations

from functools import lru_cache

URL_NAMES = frozenset({"url.full", "http.url", "http.target", "http.request.url"})
"""Names of URLs, whose query may hold what a person or a model asked for."""

INSTRUMENTATIONS = {
    "OpenTelemetry": """
        gen_ai.input.messages gen_ai.output.messages gen_ai.system_instructions gen_ai.tool.definitions
        gen_ai.tool.description gen_ai.tool.call.arguments gen_ai.tool.call.result gen_ai.agent.description
        gen_ai.retrieval.query.text gen_ai.retrieval.documents gen_ai.evaluation.explanation gen_ai.prompt*
        gen_ai.completion* gen_ai.content.* gen_ai.request.messages gen_ai.request.structured_output_schema
        gen_ai.response.text gen_ai.output.text gen_ai.response.tool_calls gen_ai.choice gen_ai.user.message
        gen_ai.assistant.message gen_ai.system.message gen_ai.tool.message gen_ai.tool.input gen_ai.tool.output
        gen_ai.event.content gen_ai.memory.* gen_ai.task.description http.request.body http.response.body url.query
        db.query.parameter.* db.operation.parameter.* db.response.body graphql.document rpc.request.body
        messaging.message.body faas.document.content mcp.request.argument* mcp.request.params* mcp.response.value
        mcp.resource.content a2a.message""",
    "OpenInference": """
        input.value output.value llm.input_messages* llm.output_messages* llm.prompts* llm.completions* llm.choices*
        llm.prompt_template.template llm.prompt_template.variables llm.function_call
        llm.tools* retrieval.documents* reranker.query reranker.input_documents* reranker.output_documents*
        embedding.text embedding.embeddings* embedding.vector document.content document.metadata message.content
        message.contents* message.function_call_arguments_json tool_call.function.arguments tool.parameters
        tool.json_schema tool.description audio.transcript audio.url image.url metadata""",
    "OpenLLMetry": """
        traceloop.entity.input traceloop.entity.output traceloop.prompt.template* llm.request.functions* llm.user
        llm.chat.stop_sequences pinecone.query.* chroma.query.* milvus.query.* qdrant.query.* vector_db.query
        db.query.result*""",
    "Vercel AI SDK": """
        ai.prompt* ai.response.text ai.response.object ai.response.toolCalls ai.response.reasoning ai.response.files
        ai.toolCall.args ai.toolCall.input ai.toolCall.result ai.toolCall.output ai.schema ai.value ai.values
        ai.embedding ai.embeddings ai.result.text ai.result.object ai.result.toolCalls ai.input.messages
        ai.documents""",
    "Pydantic AI and Logfire": """
        prompt all_messages all_messages_events pydantic_ai.all_messages final_result tool_arguments tool_response
        model_request_parameters events request_data response_data logfire.msg logfire.json_schema agent.prompt""",
    "MLflow": "mlflow.spanInputs mlflow.spanOutputs mlflow.traceInputs mlflow.traceOutputs mlflow.chat.*",
    "Langfuse, LangSmith, Weave": """
        langfuse.observation.input langfuse.observation.output langfuse.trace.input langfuse.trace.output
        langfuse.prompt.name langfuse.observation.metadata* langfuse.trace.metadata* langsmith.metadata*
        weave.input* weave.output* wandb.output""",
    "Haystack": """
        haystack.pipeline.input_data haystack.pipeline.output_data haystack.component.input
        haystack.component.output haystack.agent.step.* haystack.agent.input haystack.agent.output haystack.tool.*""",
    "CrewAI": """
        crew_inputs crew_agents crew_tasks task_description formatted_description task_output
        crewai.task.description crewai.task.expected_output crewai.crew.inputs crewai.crew.result crewai.agent.goal
        crewai.agent.backstory crewai.agents* crewai.tasks* formatted_expected_output agent_goal agent_backstory""",
    "AutoGen": "message autogen.message autogen.messages autogen.body",
    "LangChain and LangGraph": """
        inputs outputs chain.inputs chain.outputs langchain.inputs langchain.outputs langgraph.state langgraph.input
        langgraph.output llm.request llm.response tool.input tool.output tool.result tool.args thought observation
        action_input""",
    "LlamaIndex": "query_str input_str chat_history history response llamaindex.query llamaindex.response",
    "Semantic Kernel": "sk.function.arguments sk.function.result sk.prompt* semantic_kernel.function.arguments",
    "Bedrock and Strands": """
        content text strands.prompt strands.input strands.output aws.bedrock.prompt* session.summary""",
    "Spring AI": """
        spring.ai.chat.client.user.text spring.ai.chat.client.user.params spring.ai.chat.client.system.text
        spring.ai.chat.client.system.params spring.ai.chat.client.advisor.params spring.ai.tool.call.arguments
        spring.ai.tool.call.result spring.ai.tool.definition.description spring.ai.tool.definition.schema
        spring.ai.vectorstore.query.content db.vector.query.content db.vector.query.response.documents""",
    "Agno, smolagents, DSPy": """
        agno.input agno.run.input agno.run.output smolagents.task smolagents.steps dspy.inputs dspy.outputs""",
    "others": "openai.response openai.request.prompt user.email",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LAST_WORDS = _words(
    "messages prompt prompts completion completions arguments argument args kwargs parameters input inputs output "
    "outputs result answer answers question questions query reply replies thought thoughts observation "
    "observations transcript instruction instructions documents body payload content contents conversation "
    "utterance backstory"
)
_LAST_TWO_WORDS = _words(
    "chat_history tool_calls input_data output_data input_value output_value user_message user_input input_text "
    "output_text response_text template_variables tool_response llm_response model_output model_response"
)
_NO_CONTENTS = frozenset(
    {
        "langsmith.metadata.ls_model_name",
        "llm.invocation_parameters",
        "process.command_args",
        "messaging.operation.result",
        "cache.result",
        "dns.question",
    }
)
_ALL = frozenset(name for names in INSTRUMENTATIONS.values() for name in names.split())
_NAMES = frozenset(name.rstrip(".") for name in _ALL if not name.endswith("*"))
_PREFIXES = tuple(name[:-1] for name in _ALL if name.endswith("*"))
_MAX_CACHED_CHARS = 256


def is_content(name: str) -> bool:
    """Whether the attribute or field of this name is a part of a conversation."""
    return _cached(name) if len(name) <= _MAX_CACHED_CHARS else _is_content(name)


def _is_content(name: str) -> bool:
    if name in _NO_CONTENTS:
        return False
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    *_, before, last = ("", "", *_snake(name.rpartition(".")[2]).split("_"))
    return last in _LAST_WORDS or f"{before}_{last}" in _LAST_TWO_WORDS


def _snake(name: str) -> str:
    """`toolCalls` and `tool-calls` as `tool_calls`."""
    if name.islower() or name.isupper():
        return name.lower().replace("-", "_")
    return "".join(f"_{char}" if char.isupper() else char for char in name).lower().replace("-", "_")


_cached = lru_cache(maxsize=4_096)(_is_content)
